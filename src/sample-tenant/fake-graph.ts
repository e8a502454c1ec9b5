/**
 * Microsoft Graph's Cloud Discovery, as far as a poller meets it
 * (https://learn.microsoft.com/graph/api/resources/security-dataDiscoveryReport): real HTTP, pages of 100, plain
 * `$skip` links over live data, real token checks, and faults on demand.
 */
import { randomUUID, type KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { refusalOfToken } from './bearer.js';
import { FaultQueue, type FaultRule } from './fault-queue.js';
import { FAULTS } from './faults.js';
import { callOf } from './graph-address.js';
import { GraphError, graphErrorText } from './graph-errors.js';
import { pageOf } from './graph-pages.js';
import { listen, type ListenOptions } from './listen.js';
import type { SampleTenant } from './tenant.js';
import { pageText } from './upstream-json.js';

const gzipped = promisify(gzip);
const REMEMBERED_REQUESTS = 10_000;

/** A tenant, or where to ask for it at every request: so a day can pass while the fake runs. */
export type TenantSource = SampleTenant | (() => SampleTenant);

/** What a fake Graph is started with. */
export interface FakeGraphOptions extends ListenOptions {
  readonly tenant: TenantSource;
  /** What tokens must be signed with: the fake Entra's public key. */
  readonly tokenKey: KeyObject;
  /** Default `/beta`. */
  readonly basePath?: string;
  /** Every n-th request is answered 429; default 0, never. */
  readonly throttleEvery?: number;
  /** Retry-After of those, seconds; default 1. */
  readonly throttleSeconds?: number;
}

/** One request, as a test may want to look back at it. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly prefer: string | undefined;
  readonly userAgent: string | undefined;
  /** 0 when the fake cut the connection or never answered. */
  readonly status: number;
}

/** A running fake Graph. */
export interface FakeGraph {
  /** Base URL with the base path, no slash at the end: what GRAPH_BASE_URL is set to. */
  readonly url: string;
  /** Requests so far, refused ones too. */
  readonly requestCount: number;
  /** The last 10,000 answered requests, oldest first. */
  readonly requests: readonly SeenRequest[];
  /** Replaces the data, at once and in the middle of anyone's paging. */
  readonly setTenant: (tenant: TenantSource) => void;
  readonly inject: (rule: FaultRule) => void;
  readonly clearFaults: () => void;
  readonly close: () => Promise<void>;
}

interface State {
  tenant: TenantSource;
  readonly options: FakeGraphOptions;
  readonly basePath: string;
  readonly faults: FaultQueue;
  readonly requests: SeenRequest[];
  count: number;
}

/** Starts it on 127.0.0.1. */
export async function startFakeGraph(options: FakeGraphOptions): Promise<FakeGraph> {
  const basePath = options.basePath ?? '/beta';
  const state: State = {
    tenant: options.tenant,
    options,
    basePath,
    faults: new FaultQueue(),
    requests: [],
    count: 0,
  };
  const { url, close } = await listen((request, response) => {
    remember(state, request, response);
    answer(state, request, response).catch((error: unknown) => {
      sendError(response, error);
    });
  }, options);
  return {
    url: `${url}${basePath}`,
    get requestCount() {
      return state.count;
    },
    requests: state.requests,
    setTenant: (tenant) => {
      state.tenant = tenant;
    },
    inject: (rule) => {
      state.faults.inject(rule);
    },
    clearFaults: () => {
      state.faults.clear();
    },
    close,
  };
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  state.count += 1;
  response.setHeader('request-id', randomUUID());
  const { throttleEvery = 0, throttleSeconds = 1, tokenKey } = state.options;
  if (throttleEvery > 0 && state.count % throttleEvery === 0) {
    response.setHeader('Retry-After', throttleSeconds);
    throw new GraphError(429, 'TooManyRequests', 'Too many requests. Wait as long as Retry-After says.');
  }
  const call = callOf(request, state.options.tls ? 'https' : 'http', state.basePath);
  const strike = state.faults.take(call.target);
  const fault = strike && FAULTS[strike.rule.fault];
  if (fault && 'answer' in fault) {
    fault.answer(response, strike.rule);
    return;
  }
  const tenant = typeof state.tenant === 'function' ? state.tenant() : state.tenant;
  const refusal = refusalOfToken(request.headers.authorization, tokenKey, tenant.tenantId);
  if (refusal) throw new GraphError(refusal.status, refusal.code, refusal.message);
  if (request.method !== 'GET')
    throw new GraphError(405, 'MethodNotAllowed', 'Cloud Discovery can only be read.');
  const page = pageOf(tenant, call, strike?.count ?? 0);
  const body = pageText(fault && 'bend' in fault ? fault.bend(page) : page);
  if (fault && 'send' in fault) fault.send(response, body, strike.rule);
  else await send(request, response, body);
}

async function send(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
  response.setHeader(
    'Content-Type',
    'application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8',
  );
  response.setHeader('OData-Version', '4.0');
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    response.end(body);
    return;
  }
  response.setHeader('Content-Encoding', 'gzip');
  response.end(await gzipped(body, { level: 1 }));
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, message } =
    error instanceof GraphError ? error : new GraphError(500, 'InternalServerError', String(error));
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(graphErrorText(code, message, String(response.getHeader('request-id'))));
}

function remember(state: State, request: IncomingMessage, response: ServerResponse): void {
  response.on('close', () => {
    state.requests.push({
      method: request.method ?? '',
      url: request.url ?? '',
      prefer: request.headers.prefer as string | undefined,
      userAgent: request.headers['user-agent'],
      status: response.headersSent ? response.statusCode : 0,
    });
    if (state.requests.length > REMEMBERED_REQUESTS) state.requests.shift();
  });
}
