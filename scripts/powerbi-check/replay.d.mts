import type { QueryLoads } from './check-files.mjs';
import type { CheckReport } from './report-of-check.mjs';

/** A request below the service root, and the queries that fold to it. */
export interface FoldedRequest {
  readonly queries: readonly string[];
  readonly request: string;
}

export function checkTable(
  queries: readonly QueryLoads[],
  sets: ReadonlyMap<string, { readonly key: readonly string[] }>,
  report: CheckReport,
  requests?: readonly FoldedRequest[],
): void;

export function replay(
  root: string,
  report: CheckReport,
  requests?: readonly { readonly request: string }[],
): Promise<void>;
