/** A Microsoft Entra ID of one tenant: real HTTP, real keys, real refusals. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { accessToken, refusalOf, type FakeClient } from './client-credentials.js';
import { ENTRA_ERRORS, entraErrorBody } from './entra-errors.js';
import { createSigningKey, type SigningKey } from './jwt.js';
import { listen, type ListenOptions } from './listen.js';

export type { FakeClient } from './client-credentials.js';

/** What a fake Entra is started with. */
export interface FakeEntraOptions extends ListenOptions {
  /** GUID; every other tenant is refused as unknown (90002). */
  readonly tenantId: string;
  readonly clients: readonly FakeClient[];
  /** Lifetime of tokens, seconds; default 3,599 as Entra's. */
  readonly tokenLifetimeSeconds?: number;
}

/** Token requests that fail for reasons of the service. */
export interface EntraOutage {
  readonly status: 429 | 500 | 503 | 504;
  /** How many token requests; default 1. */
  readonly times?: number;
  /** Without it no Retry-After is sent. */
  readonly retryAfterSeconds?: number;
}

/** A running fake Entra. */
export interface FakeEntra {
  /** Origin, no slash at the end: the authority host. */
  readonly url: string;
  /** What tokens are signed with; the fake Graph checks them with it. */
  readonly key: SigningKey;
  /** Requests to the token endpoint so far, refused ones too. */
  readonly tokenRequests: number;
  /** Registers, or replaces by clientId, an application. */
  readonly setClient: (client: FakeClient) => void;
  /** Makes the next token requests fail. */
  readonly fail: (outage: EntraOutage) => void;
  /** Lifetime of the tokens from now on. */
  readonly setTokenLifetime: (seconds: number) => void;
  readonly close: () => Promise<void>;
}

interface State {
  readonly tenantId: string;
  readonly clients: Map<string, FakeClient>;
  readonly key: SigningKey;
  lifetimeSeconds: number;
  tokenRequests: number;
  outages: EntraOutage[];
}

/** Starts it on 127.0.0.1. */
export async function startFakeEntra(options: FakeEntraOptions): Promise<FakeEntra> {
  const state: State = {
    tenantId: options.tenantId,
    clients: new Map(options.clients.map((client) => [client.clientId, client])),
    key: createSigningKey(),
    lifetimeSeconds: options.tokenLifetimeSeconds ?? 3599,
    tokenRequests: 0,
    outages: [],
  };
  const { url, close } = await listen((request, response) => {
    answer(state, request, response).catch(() => response.destroy());
  }, options);
  return {
    url,
    key: state.key,
    get tokenRequests() {
      return state.tokenRequests;
    },
    setClient: (client) => void state.clients.set(client.clientId, client),
    fail: (outage) => void state.outages.push(...Array<EntraOutage>(outage.times ?? 1).fill(outage)),
    setTokenLifetime: (seconds) => {
      state.lifetimeSeconds = seconds;
    },
    close,
  };
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const origin = originOf(request);
  const path = new URL(request.url ?? '/', origin).pathname;
  const [, tenant = '', rest = ''] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
  if (rest === 'oauth2/v2.0/token') {
    await answerToken(state, tenant, request, response);
  } else if (rest === 'discovery/instance') {
    send(response, 200, instanceMetadata(origin, state.tenantId));
  } else if (!knowsTenant(state, tenant)) {
    send(response, 400, entraErrorBody('unknownTenant', '', tenant));
  } else if (rest === 'v2.0/.well-known/openid-configuration') {
    send(response, 200, openidConfiguration(`${origin}/${tenant}`));
  } else if (rest === 'discovery/v2.0/keys') {
    send(response, 200, { keys: [state.key.jwk] });
  } else {
    send(response, 404, { error: 'not_found' });
  }
}

/**
 * The origin that the caller used, as it stands in the documents. Like Entra's it says https even when the fake speaks
 * plain HTTP: MSAL refuses an authority and an issuer that are not https, so whoever comes in plainly is a client that
 * swaps the scheme on the wire. Any other client asks for http by `X-Forwarded-Proto: http`.
 */
function originOf(request: IncomingMessage): string {
  const scheme = request.headers['x-forwarded-proto'] === 'http' ? 'http' : 'https';
  return `${scheme}://${request.headers.host ?? '127.0.0.1'}`;
}

function knowsTenant(state: State, tenant: string): boolean {
  return tenant.toLowerCase() === state.tenantId.toLowerCase() || tenant === 'common';
}

function openidConfiguration(base: string): Record<string, unknown> {
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ['code', 'id_token', 'token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    tenant_region_scope: 'EU',
  };
}

function instanceMetadata(origin: string, tenantId: string): Record<string, unknown> {
  const { host } = new URL(origin);
  return {
    tenant_discovery_endpoint: `${origin}/${tenantId}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

async function answerToken(
  state: State,
  tenant: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  state.tokenRequests += 1;
  const form = new URLSearchParams(await bodyOf(request));
  const outage = state.outages.shift();
  if (outage) {
    if (outage.retryAfterSeconds !== undefined) response.setHeader('Retry-After', outage.retryAfterSeconds);
    send(response, outage.status, {
      error: 'temporarily_unavailable',
      error_description: 'The service is busy.',
    });
    return;
  }
  const client = state.clients.get(form.get('client_id') ?? '');
  const refusal = knowsTenant(state, tenant) ? refusalOf(client, form) : 'unknownTenant';
  if (refusal || !client) {
    const name = refusal ?? 'unknownApp';
    send(response, ENTRA_ERRORS[name].status, entraErrorBody(name, form.get('client_id') ?? '', tenant));
    return;
  }
  const seconds = state.lifetimeSeconds;
  const token = { token_type: 'Bearer', expires_in: seconds, ext_expires_in: seconds };
  send(response, 200, { ...token, access_token: accessToken(client, state.tenantId, seconds, state.key) });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store, no-cache',
  });
  response.end(JSON.stringify(body));
}
