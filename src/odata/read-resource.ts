/** Which reading room answers which kind of resource, once the package has addressed it. */
import type { Exchange, Resource } from './exchange.js';
import type { HostedKind } from './package-path.js';
import { readCollection } from './read-collection.js';
import { readEntity } from './read-entity.js';
import { readProperty, readValue } from './read-property.js';

/** Answers a resource that the package addresses. @throws FeedError, before anything was sent */
export async function readResource(exchange: Exchange<Resource<HostedKind>>): Promise<void> {
  const { understood } = exchange;
  switch (understood.kind) {
    case 'collection':
      return readCollection({ ...exchange, understood });
    case 'entity':
      return readEntity({ ...exchange, understood });
    case 'property':
      return readProperty({ ...exchange, understood });
    case 'value':
      return readValue({ ...exchange, understood });
  }
}
