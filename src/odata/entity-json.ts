/**
 * One row as JSON: the stored bytes when they are the answer, else put together property by property.
 *
 * Spec: JSON Format 4.01 sections 4.6 (control information), 6 (entity), 8 (navigation property).
 */
import { NAMESPACE } from '../model/catalog.js';
import type { Property } from '../model/edm.js';
import type { ExpandPlan, RowsPlan } from '../query/plan.js';
import type { ResultRow } from '../store/store.js';
import type { MetadataLevel } from './accept.js';
import { rowPath } from './context-url.js';

/** How rows are written. */
export interface RowStyle {
  /** URL of the service root: where ids begin. */
  readonly root: string;
  readonly metadata: MetadataLevel;
  readonly ieee754Compatible: boolean;
  readonly omitNulls: boolean;
}

/** Writes one row of a plan. */
export type RowWriter = (row: ResultRow) => Uint8Array | string;

/** Types whose JSON value tells the type by itself (JSON Format 4.01 section 4.6.3). */
const SELF_EVIDENT = new Set(['Edm.String', 'Edm.Boolean', 'Edm.Double']);

/** Types that become strings with IEEE754Compatible=true (JSON Format 4.01 section 3.2). */
const BEYOND_DOUBLE = new Set(['Edm.Int64', 'Edm.Decimal']);

/** The fastest writer that does what plan and style ask for. */
export function rowWriter(plan: RowsPlan, style: RowStyle): RowWriter {
  const asStored =
    plan.selectsAll &&
    plan.compute === undefined &&
    plan.expand.length === 0 &&
    style.metadata !== 'full' &&
    !style.omitNulls;
  const quoted = style.ieee754Compatible && plan.select.some((property) => BEYOND_DOUBLE.has(property.type));
  if (asStored && !quoted) return (row) => row.json;
  const properties = plan.select.map((property) => propertyWriter(property, style));
  const expansions = plan.expand.map((expand) => expandWriter(expand, style));
  return (row) => {
    const members = style.metadata === 'full' ? controlInformation(plan, row, style.root) : [];
    for (const write of properties) write(row, members);
    for (const write of expansions) write(row, members);
    return `{${members.join(',')}}`;
  };
}

/** JSON text of a number as a string, when the format asks for that. */
export function numberText(text: string, ieee754Compatible: boolean): string {
  return ieee754Compatible ? `"${text}"` : text;
}

/** JSON text of one property of a row in a style. */
export function propertyText(row: ResultRow, property: Property, style: RowStyle): string {
  const text = row.text(property.name);
  const quote = style.ieee754Compatible && BEYOND_DOUBLE.has(property.type) && text !== 'null';
  return quote ? `"${text}"` : text;
}

/** `#Int64`, `#Collection(String)`; `undefined` when the JSON value tells it. */
export function typeAnnotation(property: Property): string | undefined {
  const short = property.type.slice('Edm.'.length);
  if (property.collection) return `#Collection(${short})`;
  return SELF_EVIDENT.has(property.type) ? undefined : `#${short}`;
}

type MemberWriter = (row: ResultRow, members: string[]) => void;

function propertyWriter(property: Property, style: RowStyle): MemberWriter {
  const typed = style.metadata === 'full' || (property.dynamic === true && style.metadata === 'minimal');
  const type = typed ? typeAnnotation(property) : undefined;
  const special = typed && property.dynamic === true && property.type === 'Edm.Double';
  const head = `"${property.name}":`;
  return (row, members) => {
    const text = propertyText(row, property, style);
    if (text === 'null' && style.omitNulls) return;
    // A client cannot tell INF and NaN of a property that it does not know from text (4.6.3).
    if (special && text.startsWith('"')) members.push(`"${property.name}@odata.type":"#Double"`);
    if (type !== undefined && text !== 'null') members.push(`"${property.name}@odata.type":"${type}"`);
    members.push(head + text);
  };
}

function expandWriter(expand: ExpandPlan, style: RowStyle): MemberWriter {
  const { navigation, rows: plan, countOnly } = expand;
  const write = rowWriter(plan, style);
  return (row, members) => {
    const page = row.expanded(navigation.name);
    if (countOnly || plan.count) {
      const total = numberText(String(page.total ?? page.rows.length), style.ieee754Compatible);
      members.push(`"${navigation.name}@odata.count":${total}`);
    }
    if (countOnly) return;
    const entities = page.rows.map((entity) => textOf(write(entity)));
    const value = navigation.collection ? `[${entities.join(',')}]` : (entities[0] ?? 'null');
    members.push(`"${navigation.name}":${value}`);
  };
}

function controlInformation(plan: RowsPlan, row: ResultRow, root: string): string[] {
  const id = root + rowPath(plan.set, row);
  const members = [
    `"@odata.type":"#${NAMESPACE}.${plan.set.type.name}"`,
    `"@odata.id":${JSON.stringify(id)}`,
  ];
  for (const { name } of plan.set.type.navigation)
    members.push(`"${name}@odata.navigationLink":${JSON.stringify(`${id}/${name}`)}`);
  return members;
}

function textOf(written: Uint8Array | string): string {
  if (typeof written === 'string') return written;
  return Buffer.from(written.buffer, written.byteOffset, written.byteLength).toString('utf8');
}
