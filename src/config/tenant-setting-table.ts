import { guid, tenantId } from './access-types.js';
import { baseUrl, proxyUrl } from './network-types.js';
import { GRAPH_PACE } from './refresh-settings.js';
import { optional, setting } from './setting.js';
import { TENANT_SCHEMA } from './tenant-members.js';
import { listInFile, oneOf, text } from './setting-type.js';

/** Which tenants are polled, and with what they are signed in to. */
export const TENANTS = {
  azureTenantId: optional(tenantId(), {
    help: 'Directory (tenant) ID of the tenant to poll.',
    example: '11111111-2222-3333-4444-555555555555',
    fromFile: true,
  }),
  azureClientId: optional(guid(), {
    help: 'Application (client) ID of the app registration.',
    example: '66666666-7777-8888-9999-000000000000',
    fromFile: true,
  }),
  azureClientSecret: optional(text("the client secret's value"), {
    help: 'Value (not the id) of a client secret of the app registration.',
    example: '<the value>',
    secret: true,
    fromFile: true,
  }),
  azureClientCertificatePath: optional(text('the path of a PEM file'), {
    help: 'PEM file with a private key and its certificate, instead of the secret.',
    example: '/run/secrets/discovery-feed.pem',
  }),
  azureFederatedTokenFile: optional(text('the path of a file'), {
    help: 'File with a token that the platform issues (Kubernetes workload identity sets this), instead of the secret. Read anew for each sign-in.',
    example: '/var/run/secrets/azure/tokens/azure-identity-token',
  }),
  azureManagedIdentity: optional(oneOf(['system', 'user']), {
    help: 'Signs in as the Azure machine that the server runs on, instead of a secret: system, or user with AZURE_CLIENT_ID naming the identity.',
    example: 'system',
  }),
  azureAuthorityHost: setting(baseUrl(), 'https://login.microsoftonline.com', {
    help: 'Sign-in service; other clouds have another one.',
    example: 'https://login.microsoftonline.com',
  }),
  tenants: setting(listInFile('tenants', TENANT_SCHEMA), [], {
    help: 'Several tenants: objects of tenantId, displayName, clientId, one of clientSecret, clientSecretFile, clientCertificatePath, federatedTokenFile and managedIdentity, authorityHost, graphBaseUrl.',
    example: '[{"tenantId": "…", "clientId": "…", "clientSecretFile": "/run/secrets/contoso"}]',
    only: 'file',
  }),
};

/** Where Graph is, and how it is read. */
export const GRAPH = {
  graphBaseUrl: setting(baseUrl(), 'https://graph.microsoft.com/beta', {
    help: 'Microsoft Graph, with its version: Cloud Discovery is in beta only.',
    example: 'https://graph.microsoft.com/beta',
  }),
  ...GRAPH_PACE,
  httpsProxy: optional(proxyUrl(), {
    help: 'Proxy for requests to Entra and Graph (https_proxy works as well).',
    example: 'http://proxy.contoso.com:8080',
  }),
  noProxy: optional(text('host names separated by commas'), {
    help: 'Hosts that are reached without HTTPS_PROXY (no_proxy works as well).',
    example: 'localhost,.contoso.com',
  }),
};
