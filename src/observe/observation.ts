/**
 * What happens in the product, as data. Rooms emit observations and never log; the log and the metrics subscribe.
 */
import type { ErrorCode } from '../errors.js';

/** A failure as observers see it: never with a secret, a token or a literal of a query. */
export interface ObservedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

export type Observation =
  | {
      readonly kind: 'serverStarted';
      readonly url: string;
      readonly tenants: readonly string[];
      readonly isSample: boolean;
    }
  | { readonly kind: 'serverStopping'; readonly reason: string }
  | { readonly kind: 'serverStopped'; readonly cutAnswers: number }
  | {
      readonly kind: 'requestAnswered';
      readonly requestId: string;
      readonly method: string;
      /** Path without the query, and without what stands in parentheses: keys and conditions. */
      readonly path: string;
      /** What was asked for: `collection`, `entity`, `metadata`, `batch`, `health` …; one of few. */
      readonly route: string;
      /** Entity sets that were read. */
      readonly sets: readonly string[];
      /** Rows that were read for the answer. */
      readonly rows: number;
      /** Names of the query options only. */
      readonly options: readonly string[];
      readonly status: number;
      /** False when the connection ended before the whole answer had left. */
      readonly complete: boolean;
      /** A credential was given, and it was not right. */
      readonly signInRefused: boolean;
      readonly durationMs: number;
      readonly bytes: number;
      /** Address of the client, behind trusted proxies too. */
      readonly address: string;
      /** How the caller was recognised: `anonymous`, `basic:<user>`, `key:<name>`, `entra:<object id>`. */
      readonly principal: string;
      /** What an Entra token calls its holder. */
      readonly userName?: string;
    }
  /** A bug met a request: the stack goes to the log under the correlation id that the client was given. */
  | {
      readonly kind: 'requestFailed';
      readonly requestId: string;
      readonly path: string;
      readonly stack: string;
    }
  | {
      readonly kind: 'refreshStarted';
      readonly refreshId: string;
      readonly tenantId: string;
      readonly trigger: string;
    }
  | {
      readonly kind: 'refreshProgress';
      readonly refreshId: string;
      readonly tenantId: string;
      /** Stream and period parts that are done, of how many. */
      readonly done: number;
      readonly total: number;
      readonly rows: number;
      readonly what: string;
    }
  | {
      readonly kind: 'refreshEnded';
      readonly refreshId: string;
      readonly tenantId: string;
      readonly status: string;
      readonly durationMs: number;
      readonly pages: number;
      readonly rows: number;
      readonly error?: ObservedError;
    }
  | {
      readonly kind: 'streamEnded';
      readonly refreshId: string;
      readonly tenantId: string;
      readonly streamId: string;
      readonly period: string;
      readonly status: string;
      readonly rows: number;
      readonly error?: ObservedError;
      readonly warning?: string;
    }
  | { readonly kind: 'schemaDrift'; readonly tenantId: string; readonly drift: readonly string[] }
  | {
      readonly kind: 'graphRetry';
      readonly tenantId: string;
      readonly status: number | string;
      readonly waitMs: number;
      readonly attempt: number;
    }
  | {
      readonly kind: 'generationPublished';
      readonly id: string;
      readonly rows: number;
      readonly durationMs: number;
    }
  | { readonly kind: 'generationRefused'; readonly id: string; readonly reason: string }
  | { readonly kind: 'generationPruned'; readonly id: string; readonly bytes: number }
  /** What the store keeps, after it has tidied up. */
  | { readonly kind: 'storeMeasured'; readonly generations: number; readonly bytes: number }
  | { readonly kind: 'lockBroken'; readonly pid: number }
  /** A connection beyond MAX_CONNECTIONS: closed as it arrived. */
  | { readonly kind: 'connectionRefused' }
  /** A client took nothing of its answer for so long that its connection was cut. */
  | { readonly kind: 'slowReaderCut'; readonly waitingBytes: number; readonly afterMs: number }
  /** New certificate files are in use. */
  | { readonly kind: 'certificateRenewed'; readonly notAfter: string }
  /** New certificate files cannot be used; those of before stay in use. */
  | { readonly kind: 'certificateRefused'; readonly error: ObservedError }
  /** The file of the audit log cannot be written. */
  | { readonly kind: 'auditFailed'; readonly reason: string }
  /** A changed configuration is in force; `changed` are names of settings. */
  | { readonly kind: 'configurationReloaded'; readonly changed: readonly string[] }
  /** A changed configuration cannot be taken over; that of before stays in force, as a whole. */
  | { readonly kind: 'configurationRefused'; readonly error: ObservedError }
  | { readonly kind: 'scheduleMissed'; readonly at: string };

/** Where a room tells what happens; must not throw. */
export type Observe = (observation: Observation) => void;

/** Joins observers into one. */
export function observers(...each: readonly Observe[]): Observe {
  return (observation) => {
    for (const observe of each) observe(observation);
  };
}
