import { ConfidentialClientApplication, type Configuration, type INetworkModule } from '@azure/msal-node';
import { request } from 'node:https';
import { request as plainRequest } from 'node:http';
import type { RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';

type Options = { headers?: Record<string, string>; body?: string } | undefined;
interface Answer {
  status: number;
  headers: Record<string, string>;
  body: never;
}

/** MSAL's network client over node:http(s): speaks plainly when `ca` is not given, else TLS with that authority. */
function networkClient(ca: string | undefined): INetworkModule {
  const send = (method: string, url: string, options: Options) =>
    new Promise<Answer>((resolve, reject) => {
      const settings = { method, headers: options?.headers ?? {} };
      const outgoing =
        ca === undefined
          ? plainRequest(url.replace(/^https:/, 'http:'), settings)
          : request(url, { ...settings, ca });
      outgoing.on('error', reject).on('response', (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const body = JSON.parse(Buffer.concat(parts).toString()) as never;
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string>,
            body,
          });
        });
      });
      outgoing.end(options?.body);
    });
  return {
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}

/** A real MSAL client of a running sample tenant; `auth` overrides the credentials. */
export function msalClient(
  sample: RunningSampleTenant,
  auth: Partial<Configuration['auth']> & { tenantId?: string } = {},
  ca?: string,
): ConfidentialClientApplication {
  const { host } = new URL(sample.authorityHost);
  const { tenantId, clientId, clientSecret } = sample.credentials;
  const { tenantId: askedTenant, ...credentials } = auth;
  const secret = credentials.clientCertificate ? {} : { clientSecret };
  return new ConfidentialClientApplication({
    auth: {
      clientId,
      ...secret,
      ...credentials,
      authority: `https://${host}/${askedTenant ?? tenantId}`,
      knownAuthorities: [host],
    },
    system: { networkClient: networkClient(ca) },
  });
}

/** Asks for a Graph token with MSAL. */
export async function acquire(client: ConfidentialClientApplication): Promise<string> {
  const result = await client.acquireTokenByClientCredential({
    scopes: ['https://graph.microsoft.com/.default'],
  });
  if (!result) throw new Error('MSAL gave no token');
  return result.accessToken;
}

/** Asks the token endpoint directly; fields override the right ones, null removes one. */
export function askForToken(
  sample: RunningSampleTenant,
  fields: Readonly<Record<string, string | null>> = {},
  tenantId = sample.credentials.tenantId,
): Promise<Response> {
  const all: Record<string, string | null> = {
    grant_type: 'client_credentials',
    client_id: sample.credentials.clientId,
    client_secret: sample.credentials.clientSecret,
    scope: 'https://graph.microsoft.com/.default',
    ...fields,
  };
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value !== null) body.set(name, value);
  return fetch(`${sample.authorityHost}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
}

/** The access token that the right credentials give. */
export async function tokenOf(sample: RunningSampleTenant): Promise<string> {
  const body = (await (await askForToken(sample)).json()) as { access_token: string };
  return body.access_token;
}
