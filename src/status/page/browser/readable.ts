/** What this visitor may read, by `$metadata`: where something is withheld, the page leaves it out and asks nothing. */
import type { Feed } from './feed.js';
import { words } from './format.js';

/** Names of sets and their properties. */
export class Readable {
  /** @param sets names of sets with what they hold in words */
  constructor(
    private readonly properties: ReadonlyMap<string, ReadonlySet<string>>,
    readonly sets: ReadonlyMap<string, string>,
  ) {}

  /** Whether the set is there, with each of these properties. */
  has(set: string, ...properties: readonly string[]): boolean {
    const known = this.properties.get(set);
    return known !== undefined && properties.every((name) => known.has(name));
  }

  /** Those of the properties that are there, in their order. */
  those(set: string, properties: readonly string[]): readonly string[] {
    return properties.filter((name) => this.has(set, name));
  }
}

type Json = Readonly<Record<string, unknown>>;

/** Reads CSDL JSON 4.01 (section 4: a schema's members are its types; `$Type` of a set is its qualified name). */
export async function readReadable(feed: Feed): Promise<Readable> {
  const csdl = await feed.read<Json>('$metadata?$format=json');
  const [namespace, container] = splitLast(String(csdl.$EntityContainer));
  const schema = csdl[namespace] as Readonly<Record<string, Json>>;
  const sets = Object.entries(schema[container] ?? {}).filter(([name]) => /^\w+$/.test(name));
  const properties = ({ $Type }: Json) => propertiesOf(schema, splitLast(String($Type))[1]);
  return new Readable(
    new Map(sets.map(([name, set]) => [name, properties(set as Json)])),
    new Map(sets.map(([name, set]) => [name, words((set as Json)[DESCRIPTION])])),
  );
}

const DESCRIPTION = '@Org.OData.Core.V1.Description';

function propertiesOf(schema: Readonly<Record<string, Json>>, type: string): ReadonlySet<string> {
  return new Set(Object.keys(schema[type] ?? {}).filter((name) => /^\w+$/.test(name)));
}

function splitLast(name: string): [string, string] {
  const dot = name.lastIndexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}
