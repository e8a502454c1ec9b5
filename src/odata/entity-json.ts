/**
 * One row as JSON: the stored bytes when they are the answer, else put together property by property.
 *
 * Spec: JSON Format 4.01 sections 4.4 (order), 4.5 (control information), 6 (entity), 8 (navigation property). What
 * belongs to a navigation property follows the structural ones, as 4.0 wants.
 */
import { NAMESPACE } from '../model/namespace.js';
import type { EntitySet, Property } from '../model/edm.js';
import type { ExpandPlan, RowsPlan } from '../query/plan.js';
import type { ResultRow } from '../store/store.js';
import type { MetadataLevel } from './accept.js';
import { rowPath } from './context-url.js';
import { memberWriters, type MemberWriter } from './nested-json.js';

/** How rows are written. */
export interface RowStyle {
  /** URL of the service root: where ids begin. */
  readonly root: string;
  readonly metadata: MetadataLevel;
  /** Before the names of control information: 4.01 may drop `odata.` (section 4.5). */
  readonly at: '@odata.' | '@';
  readonly ieee754Compatible: boolean;
  readonly omitNulls: boolean;
}

/** Writes one row of a plan. */
export type RowWriter = (row: ResultRow) => Uint8Array | string;

/** Types whose JSON value tells the type by itself (JSON Format 4.01 section 4.5.3). */
const SELF_EVIDENT = new Set(['Edm.String', 'Edm.Boolean', 'Edm.Double']);

/** Types that become strings with IEEE754Compatible=true (JSON Format 4.01 section 3.2). */
const BEYOND_DOUBLE = new Set(['Edm.Int64', 'Edm.Decimal']);

/** The fastest writer that does what plan and style ask for. */
export function rowWriter(plan: RowsPlan, style: RowStyle): RowWriter {
  if (plan.references) return (row) => `{${referenceMember(plan.set, row, style)}}`;
  if (areStoredRows(plan, style)) return (row) => row.json;
  const identity = identityWriters(plan, style);
  if (isPlainSelection(plan, style) && identity.length === 0) return plainWriter(plan);
  const writers = [
    ...identity,
    ...memberWriters(plan.select, (property) => propertyWriter(property, plan, style)),
    ...linkWriters(plan, style),
    ...plan.expand.map((expand) => expandWriter(expand, style)),
  ];
  return (row) => {
    const members: string[] = [];
    for (const write of writers) write(row, members);
    return `{${members.join(',')}}`;
  };
}

/** Whether rows are written as they are stored. */
export function areStoredRows(plan: RowsPlan, style: RowStyle): boolean {
  return plan.selectsAll && plan.apply?.entities !== false && hasStoredMembers(plan, style);
}

/** Whether every member of a row, beside what says which entity it is, is a declared property, written as it stands. */
export function isPlainSelection(plan: RowsPlan, style: RowStyle): boolean {
  const { selectsAll, apply, select } = plan;
  return !selectsAll && apply === undefined && select.length > 0 && hasStoredMembers(plan, style);
}

/** Whether nothing is computed, narrowed, expanded, left out, or written in another way than it is stored. */
function hasStoredMembers(plan: RowsPlan, style: RowStyle): boolean {
  return (
    plan.references !== true &&
    plan.values === undefined &&
    plan.compute === undefined &&
    plan.expand.length === 0 &&
    style.metadata !== 'full' &&
    !style.omitNulls &&
    !hasQuotedNumbers(plan, style)
  );
}

/** Whether some number of the answer becomes a string. */
function hasQuotedNumbers({ select }: RowsPlan, { ieee754Compatible }: RowStyle): boolean {
  return ieee754Compatible && select.some((property) => BEYOND_DOUBLE.has(property.type));
}

/** A plain selection, put together as one text: of rows that cannot be copied as they are stored. */
function plainWriter({ select }: RowsPlan): RowWriter {
  const names = select.map(({ name }) => name);
  const heads = names.map((name, at) => `${at === 0 ? '{' : ','}"${name}":`);
  return (row) => {
    let json = '';
    for (let at = 0; at < names.length; at++) json += (heads[at] ?? '') + row.text(names[at] ?? '');
    return `${json}}`;
  };
}

/** The one member of an entity reference (JSON Format 4.01 section 14): the id, which every metadata level has. */
function referenceMember(set: EntitySet, row: ResultRow, { root, at }: RowStyle): string {
  return `"${at}id":${JSON.stringify(root + rowPath(set, row))}`;
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

/** `#Int64`, `#Collection(String)`, from 4.01 on without `#`; `undefined` when the JSON value tells it. */
export function typeAnnotation(property: Property, { at }: RowStyle): string | undefined {
  const short = property.type.slice('Edm.'.length);
  const hash = at === '@' ? '' : '#';
  if (property.collection) return `${hash}Collection(${short})`;
  return SELF_EVIDENT.has(property.type) ? undefined : `${hash}${short}`;
}

function propertyWriter(property: Property, { apply, values }: RowsPlan, style: RowStyle): MemberWriter {
  const typed = style.metadata === 'full' || (property.dynamic === true && style.metadata === 'minimal');
  const type = typed ? typeAnnotation(property, style) : undefined;
  const special = typed && property.dynamic === true && property.type === 'Edm.Double';
  const label = property.name.split('/').at(-1) ?? '';
  const head = `"${label}":`;
  const typeHead = `"${label}${style.at}type":`;
  const canLack = apply?.optional.has(property.name) === true;
  const counts = values?.get(property.name)?.count === true;
  return (row, members) => {
    if (canLack && row.has?.(property.name) === false) return;
    const text = propertyText(row, property, style);
    if (text === 'null' && style.omitNulls) return;
    // A client cannot tell INF and NaN of a property that it does not know from text (4.5.3).
    if (special && text.startsWith('"')) members.push(`${typeHead}"${style.at === '@' ? '' : '#'}Double"`);
    if (type !== undefined && text !== 'null') members.push(`${typeHead}"${type}"`);
    if (counts) {
      const total = numberText(String(row.total(property.name)), style.ieee754Compatible);
      members.push(`"${label}${style.at}count":${total}`);
    }
    members.push(head + text);
  };
}

function expandWriter(expand: ExpandPlan, style: RowStyle): MemberWriter {
  const { navigation, rows: plan, countOnly } = expand;
  const write = rowWriter(plan, style);
  return (row, members) => {
    const page = row.expanded(navigation.name);
    if (countOnly || plan.count) {
      const total = numberText(String(page.total ?? page.length), style.ieee754Compatible);
      members.push(`"${navigation.name}${style.at}count":${total}`);
    }
    if (countOnly) return;
    const entities = page.rows.map((entity) => textOf(write(entity)));
    const value = navigation.collection ? `[${entities.join(',')}]` : (entities[0] ?? 'null');
    members.push(`"${navigation.name}":${value}`);
  };
}

/** Who an entity is (4.5.8, 4.5.9): all of it in full metadata; in minimal an id only where the key is not in the answer. */
export function identityWriters({ set, select }: RowsPlan, { metadata, at, root }: RowStyle): MemberWriter[] {
  const keyed = set.type.key.every((name) => select.some((property) => property.name === name));
  const transient = set.type.key.length === 0;
  if (metadata === 'none' || (metadata === 'minimal' && keyed && !transient)) return [];
  // What cannot be read again, rows of $apply, says so in 4.0 only.
  if (transient) return at === '@' ? [] : [(_row, members) => members.push(`"${at}id":null`)];
  // Relative to the context URL, that is to the service root. Percent-encoded: JSON has nothing to escape in it.
  if (metadata === 'minimal') return [(row, members) => members.push(`"${at}id":"${rowPath(set, row)}"`)];
  const type = `"${at}type":"#${NAMESPACE}.${set.type.name}"`;
  return [
    (row, members) => {
      const url = JSON.stringify(root + rowPath(set, row));
      members.push(type, `"${at}id":${url}`, `"${at}readLink":${url}`);
    },
  ];
}

/** Links of full metadata. */
function linkWriters({ set }: RowsPlan, { metadata, at, root }: RowStyle): MemberWriter[] {
  if (metadata !== 'full') return [];
  return set.type.navigation.map(({ name }) => (row, members) => {
    members.push(`"${name}${at}navigationLink":${JSON.stringify(`${root}${rowPath(set, row)}/${name}`)}`);
  });
}

function textOf(written: Uint8Array | string): string {
  if (typeof written === 'string') return written;
  return Buffer.from(written.buffer, written.byteOffset, written.byteLength).toString('utf8');
}
