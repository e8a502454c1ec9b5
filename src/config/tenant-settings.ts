/** How one tenant signs in to Graph. */
export type TenantCredential =
  | { readonly kind: 'secret'; readonly secret: string }
  | {
      readonly kind: 'certificate';
      /** PEM, not encrypted. */
      readonly privateKey: string;
      /** PEM, the leaf first, then any chain that the file holds. */
      readonly certificate: string;
    }
  | {
      readonly kind: 'federated';
      /** A token that the platform (Kubernetes, a pipeline) issued, read anew each time: it is replaced within the hour. */
      readonly readToken: () => string;
    }
  | {
      /** What the Azure machine that the server runs on is. */
      readonly kind: 'managedIdentity';
      readonly assigned: 'system' | 'user';
    };

/** One tenant that the feed polls and serves. */
export interface TenantSettings {
  /** Directory (tenant) ID, lower case, or a domain name that is verified in the tenant. */
  readonly tenantId: string;
  /** What people read; the tenant id when nothing was given. */
  readonly displayName: string;
  /** Application (client) ID of the app registration; empty for a managed identity that the system assigned. */
  readonly clientId: string;
  readonly credential: TenantCredential;
  /** Without a slash at the end. */
  readonly authorityHost: string;
  /** Without a slash at the end. */
  readonly graphBaseUrl: string;
  /** True for the built-in sample tenant only. */
  readonly isSample: boolean;
}
