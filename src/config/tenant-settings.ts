/** How one tenant signs in to Graph. A union: federated tokens and managed identity join it as further kinds. */
export type TenantCredential =
  | { readonly kind: 'secret'; readonly secret: string }
  | {
      readonly kind: 'certificate';
      /** PEM, not encrypted. */
      readonly privateKey: string;
      /** PEM, the leaf first, then any chain that the file holds. */
      readonly certificate: string;
    };

/** One tenant that the feed polls and serves. */
export interface TenantSettings {
  /** Directory (tenant) ID, lower case, or a domain name that is verified in the tenant. */
  readonly tenantId: string;
  /** What people read; the tenant id when nothing was given. */
  readonly displayName: string;
  /** Application (client) ID of the app registration. */
  readonly clientId: string;
  readonly credential: TenantCredential;
  /** Without a slash at the end. */
  readonly authorityHost: string;
  /** Without a slash at the end. */
  readonly graphBaseUrl: string;
  /** True for the built-in sample tenant only. */
  readonly isSample: boolean;
}
