/**
 * Trees of odata-v4-server's parser, by the shape of a path. Its parser takes a good part of the time of a small answer,
 * and all paths to entities of one set have one tree: only the key's literals differ.
 */
import { LRUCache } from 'lru-cache';

/** What of the package's tokens counts here. */
interface Token {
  readonly type: string;
  /** The text that it was made of. */
  readonly raw: string;
}

/** Shapes that are remembered: one for each set, and for each way from it that readers take. */
const SHAPES = 500;

/** A string of a key as {@link packagePath} writes it: percent-encoded, apostrophes doubled. */
const STRING = /'(?:[^']|'')*'/g;

/** A tree with those of its parts that lead to a key's strings: they differ from path to path. */
interface Tree {
  readonly root: object;
  readonly ways: ReadonlySet<unknown>;
}

/**
 * The same parser, asked once for each shape. Parts of a tree that hold no string of a key are shared: what the package
 * notes on them is the same for every path of the shape. Positions, and texts around the strings, are those of the shape.
 *
 * @param parse the package's parser; what it throws is not remembered
 */
export function treesByShape(parse: (source: string) => object): (source: string) => object {
  const trees = new LRUCache<string, Tree>({ max: SHAPES });
  return (source) => {
    const strings: string[] = [];
    const shape = source.replace(STRING, (string) => `'${strings.push(string) - 1}'`);
    let tree = trees.get(shape);
    if (tree === undefined) {
      const root = parse(shape);
      const ways = new Set<unknown>();
      markWays(root, ways);
      trees.set(shape, (tree = { root, ways }));
    }
    return withStrings(tree.root, tree.ways, strings) as object;
  };
}

/** Whether a part is or holds a string of a key; such parts are added to the ways. */
function markWays(part: unknown, ways: Set<unknown>): boolean {
  if (typeof part !== 'object' || part === null) return false;
  const inner = Object.entries(part).filter(([name, value]) => name !== 'metadata' && markWays(value, ways));
  const leads = inner.length > 0 || isString(part);
  if (leads) ways.add(part);
  return leads;
}

function withStrings(part: unknown, ways: ReadonlySet<unknown>, strings: readonly string[]): unknown {
  if (!ways.has(part)) return part;
  if (Array.isArray(part)) return part.map((one) => withStrings(one, ways, strings));
  const copy: Record<string, unknown> = { ...(part as object) };
  if (isString(copy)) return { ...copy, raw: strings[Number(copy.raw.slice(1, -1))] };
  for (const name in copy) copy[name] = withStrings(copy[name], ways, strings);
  return copy;
}

function isString(part: object): part is Token {
  return (
    'type' in part && part.type === 'KeyPropertyValue' && 'raw' in part && /^'\d+'$/.test(String(part.raw))
  );
}
