import type { CheckReport } from './report-of-check.mjs';

/** What one query loads. */
export interface QueryLoads {
  readonly path: string;
  readonly set: string;
  readonly columns: readonly string[];
}

export function checkFiles(
  files: ReadonlyMap<string, Buffer>,
  facts: { readonly metadata: string; readonly schemas?: string | undefined },
): Promise<{ readonly report: CheckReport; readonly queries: readonly QueryLoads[] }>;
