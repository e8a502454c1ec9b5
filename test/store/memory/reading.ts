/** Rows of a URL, through the front door of the query room: one object a row, of what the plan selects. */
import { parseJsonLosslessly } from '../../../src/model/lossless-json.js';
import { understand } from '../../../src/query/read-request.js';
import type { ReadPlan } from '../../../src/query/plan.js';
import type { MemorySnapshot } from '../../../src/store/memory/snapshot.js';
import type { ResultRow } from '../../../src/store/store.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');

/** The plan of a URL as a person writes it. */
export function planned(url: string, pageSize = 5000): ReadPlan {
  const [path = '', query = ''] = url.split('?');
  const understood = understand(path.replaceAll(' ', '%20'), query.replaceAll(' ', '%20'), {
    pageSize,
    now: NOW,
  });
  if (!('plan' in understood)) throw new Error(`${url} has no plan`);
  return understood.plan;
}

/** What the plan selects of a row: values by name; a property that the row lacks is not there. */
export function selected(plan: ReadPlan, row: ResultRow): Readonly<Record<string, unknown>> {
  return Object.fromEntries(plan.select.map(({ name }) => [name, valueOf(row.text(name))]));
}

function valueOf(text: string): unknown {
  const [value] = parseJsonLosslessly(`[${text}]`) as unknown[];
  return value;
}

/** The rows of the first page. */
export function read(snapshot: MemorySnapshot, url: string): Readonly<Record<string, unknown>>[] {
  const plan = planned(url);
  return snapshot.execute(plan).rows.map((row) => selected(plan, row));
}
