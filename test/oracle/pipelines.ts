/**
 * Generated $apply pipelines: URL text and, beside it, what each transformation does to a plain array of rows, written
 * down from the specification in the plainest way: groups by text keys, sums of bigints, recursion for what is nested.
 */
import type { AppRow, Data } from './rows.js';

export type Value = bigint | number | string | boolean | null;
/** A row: values by name. A name that is not there is a property that the row lacks. */
export interface Row {
  readonly values: ReadonlyMap<string, Value>;
  /** What a search looks at, beside the text among the values, while the row is an entity. */
  readonly texts: readonly string[];
}
type Kind = 'int' | 'fraction' | 'text' | 'moment' | 'flag';
interface Field {
  readonly name: string;
  readonly kind: Kind;
  /** Reached by navigation: there only as long as rows are entities. */
  readonly far?: true;
  /** Computed from the other properties of the row: not searched, until a result holds it as its own. */
  readonly computed?: true;
}
/** What rows look like; `root` is another number when they are other rows than before. */
export interface Shape {
  readonly fields: readonly Field[];
  readonly root: number;
  readonly entities: boolean;
}
type Rows = readonly Row[];
/** A transformation: text, meaning, and the shape of what it makes. */
interface Made {
  readonly text: string;
  readonly run: (rows: Rows) => Rows;
  readonly shape: Shape;
}

/** A small generator of numbers, so that a seed says everything. */
export class Dice {
  #state: number;
  #names = 0;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
  one<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
  /** A name that no property has. */
  name(): string {
    return `x${++this.#names}`;
  }
  root(): number {
    return ++this.#names;
  }
}

const BASE: readonly Field[] = [
  { name: 'tenantId', kind: 'text' },
  { name: 'streamId', kind: 'text' },
  { name: 'id', kind: 'text' },
  { name: 'displayName', kind: 'text' },
  { name: 'category', kind: 'text' },
  { name: 'riskScore', kind: 'int' },
  { name: 'userCount', kind: 'int' },
  { name: 'deviceCount', kind: 'int' },
  { name: 'lastSeenDateTime', kind: 'moment' },
  { name: 'isSanctioned', kind: 'flag' },
  { name: 'stream/displayName', kind: 'text', far: true },
  { name: 'stream/logFileCount', kind: 'int', far: true },
];
export const START: Shape = { fields: BASE, root: 0, entities: true };

/** The rows that a pipeline begins with, in key order. */
export function startRows(data: Data): Rows {
  const keyOf = (row: AppRow) => [row.tenantId, row.streamId, row.id];
  const sorted = data.apps.toSorted((left, right) => compareLists(keyOf(left), keyOf(right)));
  return sorted.map((row) => {
    const stream = data.streams.find(({ tenantId, id }) => tenantId === row.tenantId && id === row.streamId);
    const values = new Map<string, Value>([
      ...BASE.filter(({ far }) => !far).map(
        ({ name }) => [name, row[name as keyof AppRow] as Value] as const,
      ),
      ['lastSeenDateTime', row.lastSeenDateTime === null ? null : BigInt(Date.parse(row.lastSeenDateTime))],
      ['stream/displayName', stream?.displayName ?? null],
      ['stream/logFileCount', stream?.logFileCount ?? null],
    ]);
    return { values, texts: [...row.tags, ...row.domains, `${row.tenantId}:${row.id}`, '-'] };
  });
}

const valueOf = (row: Row, name: string): Value => row.values.get(name) ?? null;

export function compare(left: Value, right: Value): number {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return left < right ? -1 : left > right ? 1 : 0;
}
function compareLists(left: readonly Value[], right: readonly Value[]): number {
  for (const [at, value] of left.entries()) {
    const sign = compare(value, right[at]!);
    if (sign !== 0) return sign;
  }
  return 0;
}

const only = (shape: Shape, ...kinds: readonly Kind[]) =>
  shape.fields.filter(({ kind }) => kinds.includes(kind));
const near = (shape: Shape) => shape.fields.filter(({ far }) => !far);
const asOwn = ({ name, kind }: Field): Field => ({ name, kind });
const NUMBERS = [0n, 1n, 2n, 5n, 10n, 9007199254740993n];
const WORDS = ['', 'a', 'Box', 'cloudStorage', 'p', 't1'];

/** A condition over the fields of a shape. */
export function condition(dice: Dice, shape: Shape): { text: string; holds: (row: Row) => boolean } {
  const field = dice.one(shape.fields);
  const operator = dice.one(['eq', 'ne', 'gt', 'le'] as const);
  const literal: Value =
    dice.below(5) === 0
      ? null
      : {
          int: dice.one(NUMBERS),
          fraction: dice.one(NUMBERS),
          text: dice.one(WORDS),
          moment: 1767225600000n,
          flag: true,
        }[field.kind];
  const written =
    typeof literal === 'string'
      ? `'${literal}'`
      : field.kind === 'moment' && literal !== null
        ? '2026-01-01T00:00:00Z'
        : String(literal);
  const holds = (row: Row): boolean => {
    const value = valueOf(row, field.name);
    if (operator === 'eq') return compare(value, literal) === 0;
    if (operator === 'ne') return compare(value, literal) !== 0;
    if (value === null || literal === null) return false;
    return operator === 'gt' ? compare(value, literal) > 0 : compare(value, literal) <= 0;
  };
  return { text: `${field.name} ${operator} ${written}`, holds };
}

/** An order over the fields of a shape: stable. */
export function ordering(dice: Dice, shape: Shape): { text: string; sort: (rows: Rows) => Rows } {
  const items = Array.from({ length: 1 + dice.below(2) }, () => ({
    field: dice.one(shape.fields),
    descending: dice.below(2) === 1,
  }));
  const sort = (rows: Rows) =>
    rows.toSorted((left, right) => {
      for (const { field, descending } of items) {
        const sign = compare(valueOf(left, field.name), valueOf(right, field.name));
        if (sign !== 0) return descending ? -sign : sign;
      }
      return 0;
    });
  return {
    text: items.map(({ field, descending }) => field.name + (descending ? ' desc' : '')).join(','),
    sort,
  };
}

type Maker = (dice: Dice, shape: Shape, depth: number) => Made | undefined;

const keeping =
  (make: (dice: Dice, shape: Shape) => Omit<Made, 'shape'> | undefined): Maker =>
  (dice, shape) => {
    const made = make(dice, shape);
    return made && { ...made, shape };
  };

const filter = keeping((dice, shape) => {
  const { text, holds } = condition(dice, shape);
  return { text: `filter(${text})`, run: (rows) => rows.filter(holds) };
});
const orderby = keeping((dice, shape) => {
  const { text, sort } = ordering(dice, shape);
  return { text: `orderby(${text})`, run: sort };
});
const topOrSkip = keeping((dice) => {
  const count = dice.below(12);
  return dice.below(2) === 0
    ? { text: `top(${count})`, run: (rows) => rows.slice(0, count) }
    : { text: `skip(${count})`, run: (rows) => rows.slice(count) };
});
const identity = keeping(() => ({ text: 'identity', run: (rows) => rows }));
const search = keeping((dice, shape) => {
  const word = dice.one(['box', 'A', 'hr', 'cloud', 't1', 'zz']);
  const texts = only(shape, 'text').filter(({ far, computed }) => !far && !computed);
  const run = (rows: Rows) =>
    rows.filter((row) =>
      [...row.texts, ...texts.map(({ name }) => valueOf(row, name))].some(
        (text) => typeof text === 'string' && text.toLowerCase().includes(word.toLowerCase()),
      ),
    );
  return { text: `search(${word})`, run };
});

/** topcount and its kin: the loop of 3.3.1, as it is written there. */
const best = keeping((dice, shape) => {
  const low = dice.below(2) === 1;
  const by = dice.one(['count', 'sum', 'percent'] as const);
  const small = only(shape, 'int').filter(({ name }) => ['riskScore', 'deviceCount'].includes(name));
  const fields = by === 'count' ? shape.fields : by === 'sum' ? only(shape, 'int') : small;
  if (fields.length === 0) return undefined;
  const { name } = dice.one(fields);
  const amount = by === 'percent' ? 1 + dice.below(100) : 1 + dice.below(12);
  const number = (row: Row) => (valueOf(row, name) as bigint | null) ?? 0n;
  const run = (rows: Rows) => {
    const order = rows
      .map((row, at) => ({ row, at }))
      .sort((left, right) => {
        const sign = compare(valueOf(left.row, name), valueOf(right.row, name));
        return (low ? sign : -sign) || left.at - right.at;
      });
    const total = by === 'count' ? 0n : rows.reduce((sum, row) => sum + number(row), 0n);
    // Of a negative whole, a part is reached from the other side.
    const sign = total < 0n ? -1n : 1n;
    const taken = new Set<number>();
    let sum = 0n;
    for (const { row, at } of order) {
      if (by === 'count' && taken.size === amount) break;
      if (by === 'sum' && sum >= BigInt(amount)) break;
      if (by === 'percent' && total !== 0n && sum * 100n * sign >= BigInt(amount) * total * sign) break;
      taken.add(at);
      if (by !== 'count') sum += number(row);
    }
    return rows.filter((_, at) => taken.has(at));
  };
  return { text: `${low ? 'bottom' : 'top'}${by}(${amount},${name})`, run };
});

const compute: Maker = (dice, shape) => {
  const name = dice.name();
  const fields = only(shape, 'int', 'text');
  if (fields.length === 0) return undefined;
  const of = dice.one(fields);
  const choices: readonly (readonly [string, Kind, (value: Value) => Value])[] =
    of.kind === 'int'
      ? [
          [`${of.name} add 1`, 'int', (value) => (value as bigint) + 1n],
          [`${of.name} mul 3`, 'int', (value) => (value as bigint) * 3n],
        ]
      : [
          [`length(${of.name})`, 'int', (value) => BigInt(Array.from(value as string).length)],
          [`concat(${of.name},'!')`, 'text', (value) => `${value as string}!`],
        ];
  const [text, kind, of1] = dice.one(choices);
  const run = (rows: Rows) =>
    rows.map((row) => {
      const value = valueOf(row, of.name);
      return { ...row, values: new Map(row.values).set(name, value === null ? null : of1(value)) };
    });
  return {
    text: `compute(${text} as ${name})`,
    run,
    shape: { ...shape, fields: [...shape.fields, { name, kind, computed: true }] },
  };
};

interface AggregateOf {
  readonly text: string;
  readonly field: Field;
  readonly value: (rows: Rows) => Value;
}

function aggregateItem(dice: Dice, shape: Shape): AggregateOf {
  const name = dice.name();
  if (dice.below(5) === 0 || shape.fields.length === 0)
    return { text: `$count as ${name}`, field: { name, kind: 'int' }, value: (rows) => BigInt(rows.length) };
  const of = dice.one(shape.fields);
  const methods =
    of.kind === 'int'
      ? (['sum', 'average', 'min', 'max', 'countdistinct'] as const)
      : (['min', 'max', 'countdistinct'] as const);
  const method = dice.one(methods);
  const value = (rows: Rows): Value => {
    const values = rows.map((row) => valueOf(row, of.name)).filter((each) => each !== null);
    if (method === 'countdistinct') return BigInt(new Set(values.map(String)).size);
    if (values.length === 0) return null;
    if (method === 'min') return values.toSorted(compare)[0]!;
    if (method === 'max') return values.toSorted(compare).at(-1)!;
    const sum = (values as bigint[]).reduce((left, right) => left + right, 0n);
    return method === 'sum' ? sum : Number(sum) / values.length;
  };
  const kind = method === 'average' ? 'fraction' : method === 'min' || method === 'max' ? of.kind : 'int';
  return { text: `${of.name} with ${method} as ${name}`, field: { name, kind }, value };
}

const aggregate: Maker = (dice, shape) => {
  const items = Array.from({ length: 1 + dice.below(3) }, () => aggregateItem(dice, shape));
  const run = (rows: Rows) => [
    { values: new Map(items.map(({ field, value }) => [field.name, value(rows)])), texts: [] },
  ];
  const fields = items.map(({ field }) => field);
  return {
    text: `aggregate(${items.map(({ text }) => text).join(',')})`,
    run,
    shape: { fields, root: dice.root(), entities: false },
  };
};

function groupsOf(rows: Rows, keys: readonly Field[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    // Absent is not null.
    const key = JSON.stringify(
      keys.map(({ name }) => [row.values.has(name), typeof valueOf(row, name), String(valueOf(row, name))]),
    );
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

const groupby: Maker = (dice, shape, depth) => {
  if (shape.fields.length === 0) return undefined;
  const keys = [...new Set(Array.from({ length: 1 + dice.below(3) }, () => dice.one(shape.fields)))];
  const rolls = keys.length > 1 && dice.below(3) === 0;
  const groupings = rolls ? keys.map((_, at) => keys.slice(0, keys.length - at)) : [keys];
  const then =
    dice.below(5) === 0
      ? undefined
      : dice.below(2) === 0
        ? aggregate(dice, shape, depth)
        : pipeline(dice, shape, depth + 1);
  const kept = then?.shape.root === shape.root;
  const run = (rows: Rows) =>
    groupings.flatMap((grouping) =>
      groupsOf(rows, grouping).flatMap((group) => {
        const made = then === undefined ? [{ values: new Map<string, Value>(), texts: [] }] : then.run(group);
        if (kept) return made;
        const own = grouping
          .filter(({ name }) => group[0]!.values.has(name))
          .map(({ name }) => [name, valueOf(group[0]!, name)] as const);
        return made.map((row) => ({ ...row, values: new Map([...row.values, ...own]) }));
      }),
    );
  const names = keys.map(({ name }) => name).join(',');
  const text = `groupby((${rolls ? `rollup(${names})` : names})${then === undefined ? '' : `,${then.text}`})`;
  if (kept) return { text, run, shape: then.shape };
  const others = near(then?.shape ?? { ...shape, fields: [] })
    .map(asOwn)
    .filter((field) => !keys.some(({ name }) => name === field.name));
  const fields = [...keys.map(({ name, kind }) => ({ name, kind })), ...others];
  return { text, run, shape: { fields, root: dice.root(), entities: false } };
};

const concat: Maker = (dice, shape, depth) => {
  const branches = [pipeline(dice, shape, depth + 1), pipeline(dice, shape, depth + 1)];
  const text = `concat(${branches.map((branch) => branch.text).join(',')})`;
  if (branches.every((branch) => branch.shape === shape))
    return { text, run: (rows) => branches.flatMap((branch) => branch.run(rows)), shape };
  const fields = new Map(
    branches.flatMap((branch) => near(branch.shape).map((field) => [field.name, asOwn(field)] as const)),
  );
  // An entity that stands beside other rows is a row like them: what was reached by navigation is not in it.
  const run = (rows: Rows) =>
    branches.flatMap((branch) => {
      const own = near(branch.shape).map(({ name }) => name);
      return branch
        .run(rows)
        .map((row) => ({ ...row, values: new Map([...row.values].filter(([name]) => own.includes(name))) }));
    });
  return { text, run, shape: { fields: [...fields.values()], root: dice.root(), entities: false } };
};

const MAKERS: readonly Maker[] = [
  filter,
  filter,
  orderby,
  topOrSkip,
  identity,
  search,
  best,
  best,
  compute,
  compute,
  aggregate,
  groupby,
  groupby,
  groupby,
  concat,
];

/** A sequence of transformations. */
export function pipeline(dice: Dice, start: Shape, depth = 0): Made {
  const steps: Made[] = [];
  let shape = start;
  const length = 1 + dice.below(depth === 0 ? 4 : 2);
  while (steps.length < length) {
    const makers = depth > 2 ? [filter, topOrSkip, aggregate, orderby] : MAKERS;
    const step = shape.fields.length === 0 ? undefined : dice.one(makers)(dice, shape, depth);
    if (step === undefined) {
      if (shape.fields.length === 0) break;
      continue;
    }
    steps.push(step);
    shape = step.shape;
  }
  const run = (rows: Rows) => steps.reduce((current, step) => step.run(current), rows);
  return { text: steps.map((step) => step.text).join('/'), run, shape };
}
