/**
 * Members of members: grouping by `stream/displayName` leaves rows like `{"stream":{"displayName":…},…}`.
 * Spec: Data Aggregation 4.0, 3.2.3.1; context URLs: 3.1.1.
 */
import type { Property } from '../model/edm.js';
import type { ResultRow } from '../store/store.js';

/** Adds a member to those of a row, or none. */
export type MemberWriter = (row: ResultRow, members: string[]) => void;

/** A property that is written where it stands, or an object of them. */
type Member = { readonly property: Property } | { readonly label: string; readonly inner: readonly Branch[] };

/** A property, and what is left of its path. */
interface Branch {
  readonly property: Property;
  readonly path: readonly string[];
}

/** Properties by the first part of their paths, in the order in which these first appear. */
function membersOf(branches: readonly Branch[]): Member[] {
  const groups = new Map<string, Branch[]>();
  for (const { property, path } of branches) {
    const [label = '', ...rest] = path;
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [{ property, path: rest }]);
    else group.push({ property, path: rest });
  }
  return [...groups].map(([label, inner]) => {
    const [only] = inner;
    return only?.path.length === 0 ? { property: only.property } : { label, inner };
  });
}

const branchesOf = (properties: readonly Property[]) =>
  properties.map((property): Branch => ({ property, path: property.name.split('/') }));

/** One writer for each member of a row. @param writerOf writes a property under the last part of its path */
export function memberWriters(
  properties: readonly Property[],
  writerOf: (property: Property) => MemberWriter,
): MemberWriter[] {
  return writersOf(branchesOf(properties), writerOf);
}

function writersOf(
  branches: readonly Branch[],
  writerOf: (property: Property) => MemberWriter,
): MemberWriter[] {
  return membersOf(branches).map((member) => {
    if ('property' in member) return writerOf(member.property);
    const inner = writersOf(member.inner, writerOf);
    const head = `"${member.label}":`;
    return (row, members) => {
      const own: string[] = [];
      for (const write of inner) write(row, own);
      // Rolled up: an object of which nothing is left is absent too.
      if (own.length > 0) members.push(`${head}{${own.join(',')}}`);
    };
  });
}

/** The properties as a select list writes them: `stream(displayName,id),Total`. */
export function nestedNames(properties: readonly Property[]): string[] {
  return namesOf(branchesOf(properties));
}

function namesOf(branches: readonly Branch[]): string[] {
  return membersOf(branches).map((member) =>
    'property' in member
      ? (member.property.name.split('/').at(-1) ?? '')
      : `${member.label}(${namesOf(member.inner).join(',')})`,
  );
}
