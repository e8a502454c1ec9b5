/** Namespace of the schema in $metadata. */
export const NAMESPACE = 'DefenderDiscoveryFeed';

/** Name of the entity container in $metadata. */
export const CONTAINER = 'Container';
