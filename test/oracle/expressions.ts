/**
 * Generated $filter and $orderby expressions. Each is its URL text and, beside it, its value for a plain row, written
 * down from the specification in the plainest way: no columns, no codes, no binder, bigints for all integers.
 */
import fc from 'fast-check';
import { INTEGERS, MOMENTS, TAGS, TEXTS, type AppRow, type Data } from './rows.js';

export type Value = bigint | number | string | boolean | null;

/** Where an expression is evaluated: the row, all data, and what lambda variables stand for. */
export interface Here {
  readonly row: AppRow;
  readonly data: Data;
  readonly item: string;
}

export interface Expression {
  readonly text: string;
  readonly value: (here: Here) => Value;
}

export const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const streamOf = ({ row, data }: Here) =>
  data.streams.find((stream) => stream.tenantId === row.tenantId && stream.id === row.streamId);
const tagsOf = ({ row, data }: Here) =>
  data.appTags.filter((tag) => tag.tenantId === row.tenantId && tag.appId === row.id);

const property = (name: keyof AppRow): Expression => ({ text: name, value: ({ row }) => row[name] as Value });
const millis = (iso: string | null) => (iso === null ? null : BigInt(Date.parse(iso)));

/** A function that is null when an argument is null. */
const strict =
  (apply: (...values: never[]) => Value, ...args: readonly Expression[]) =>
  (here: Here): Value => {
    const values = args.map((arg) => arg.value(here));
    return values.includes(null) ? null : (apply as (...values: Value[]) => Value)(...values);
  };
const fn = (
  name: string,
  apply: (...values: never[]) => Value,
  ...args: readonly Expression[]
): Expression => ({
  text: `${name}(${args.map((arg) => arg.text).join(',')})`,
  value: strict(apply, ...args),
});
const infix = (
  name: string,
  apply: (left: never, right: never) => Value,
  left: Expression,
  right: Expression,
): Expression => ({
  text: `(${left.text} ${name} ${right.text})`,
  value: strict(apply, left, right),
});

const points = (text: string) => Array.from(text);
const textLiteral = fc
  .constantFrom(...TEXTS)
  .map((text): Expression => ({ text: quote(text), value: () => text }));
const smallLiteral = fc
  .integer({ min: -3, max: 12 })
  .map((n): Expression => ({ text: String(n), value: () => BigInt(n) }));
const bigLiteral = fc.constantFrom(...INTEGERS).map((n): Expression => ({ text: String(n), value: () => n }));
const momentLiteral = fc
  .constantFrom(...MOMENTS)
  .map((iso): Expression => ({ text: iso, value: () => millis(iso) }));
const moment: Expression = { text: 'lastSeenDateTime', value: ({ row }) => millis(row.lastSeenDateTime) };
const part = (name: string, read: (date: Date) => number): Expression =>
  fn(name, (at: bigint) => BigInt(read(new Date(Number(at)))), moment);

const textProperty = fc.constantFrom<Expression>(
  property('displayName'),
  property('category'),
  property('id'),
  { text: 'stream/displayName', value: (here) => streamOf(here)?.displayName ?? null },
);

const numberProperty = fc.constantFrom<Expression>(
  property('riskScore'),
  property('userCount'),
  property('deviceCount'),
  { text: 'stream/logFileCount', value: (here) => streamOf(here)?.logFileCount ?? null },
  { text: 'tags/$count', value: ({ row }) => BigInt(row.tags.length) },
  { text: 'appTags/$count', value: (here) => BigInt(tagsOf(here).length) },
  part('year', (date) => date.getUTCFullYear()),
  part('month', (date) => date.getUTCMonth() + 1),
  part('day', (date) => date.getUTCDate()),
  part('hour', (date) => date.getUTCHours()),
  part('minute', (date) => date.getUTCMinutes()),
  part('second', (date) => date.getUTCSeconds()),
);

/** Bigints divide as OData's div and mod do: towards zero, with the sign of the dividend. */
const ARITHMETIC: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  add: (left, right) => left + right,
  sub: (left, right) => left - right,
  mul: (left, right) => left * right,
};
const DIVISION: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  div: (left, right) => left / right,
  mod: (left, right) => left % right,
};
const ORDER: Readonly<Record<string, (left: Value, right: Value) => boolean>> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  gt: (left, right) => left !== null && right !== null && left > right,
  ge: (left, right) => left !== null && right !== null && left >= right,
  lt: (left, right) => left !== null && right !== null && left < right,
  le: (left, right) => left !== null && right !== null && left <= right,
};
const anyOf = <Entry>(table: Readonly<Record<string, Entry>>) => fc.constantFrom(...Object.entries(table));

function compared(
  left: Expression,
  [name, holds]: readonly [string, (typeof ORDER)[string]],
  right: Expression,
): Expression {
  return {
    text: `(${left.text} ${name} ${right.text})`,
    value: (here) => holds(left.value(here), right.value(here)),
  };
}

const nullLiteral: Expression = { text: 'null', value: () => null };

const TEXT_TESTS: Readonly<Record<string, (text: string, other: string) => boolean>> = {
  contains: (text, other) => text.includes(other),
  startswith: (text, other) => text.startsWith(other),
  endswith: (text, other) => text.endsWith(other),
};

/** What only shows at a border: integers that doubles round, characters that take two code units. */
const borderline: fc.Arbitrary<Expression> = fc.oneof(
  fc
    .tuple(anyOf(ARITHMETIC), fc.bigInt({ min: -2n, max: 3n }), anyOf(ORDER), fc.constantFrom(...INTEGERS))
    .map(([[name, apply], n, compare, limit]) =>
      compared(infix(name, apply, property('userCount'), { text: String(n), value: () => n }), compare, {
        text: String(limit),
        value: () => limit,
      }),
    ),
  fc
    .tuple(fc.constantFrom(property('displayName'), property('category')), anyOf(ORDER), fc.nat(8))
    .map(([of, compare, n]) =>
      compared(
        fn('length', (value: string) => BigInt(points(value).length), of),
        compare,
        { text: String(n), value: () => BigInt(n) },
      ),
    ),
);

/** A predicate on one text: a lambda variable or a tag row's property. */
const textPredicate = (subject: string): fc.Arbitrary<{ text: string; holds: (item: string) => boolean }> =>
  fc.oneof(
    fc.tuple(anyOf(ORDER), fc.constantFrom(...TAGS, 'a')).map(([[name, holds], other]) => ({
      text: `${subject} ${name} ${quote(other)}`,
      holds: (item: string) => holds(item, other),
    })),
    fc.tuple(anyOf(TEXT_TESTS), fc.constantFrom('a', 'n', 'R', '📦', '')).map(([[name, holds], other]) => ({
      text: `${name}(tolower(${subject}),${quote(other)})`,
      holds: (item: string) => holds(item.toLowerCase(), other),
    })),
  );

const collections: readonly {
  readonly text: string;
  readonly subject: string;
  readonly items: (here: Here) => readonly string[];
}[] = [
  { text: 'tags', subject: 'x', items: ({ row }) => row.tags },
  { text: 'domains', subject: 'x', items: ({ row }) => row.domains },
  {
    text: 'stream/supportedEntityTypes',
    subject: 'x',
    items: (here) => streamOf(here)?.supportedEntityTypes ?? [],
  },
  { text: 'appTags', subject: 'x/tag', items: (here) => tagsOf(here).map(({ tag }) => tag) },
];

const lambda = fc.constantFrom(...collections).chain((collection) =>
  fc
    .tuple(fc.constantFrom('any', 'all', 'count'), textPredicate(collection.subject), fc.nat(2))
    .map(([operator, predicate, number]): Expression => {
      if (operator === 'count')
        return {
          text: `(${collection.text}/$count($filter=${predicate.text.replaceAll('x/tag', 'tag').replace(/\bx\b/, '$this')}) ge ${number})`,
          value: (here) => collection.items(here).filter(predicate.holds).length >= number,
        };
      return {
        text: `${collection.text}/${operator}(x:${predicate.text})`,
        value: (here) => collection.items(here)[operator === 'any' ? 'some' : 'every'](predicate.holds),
      };
    }),
);

export const { number, text, predicate } = fc.letrec<{
  number: Expression;
  text: Expression;
  predicate: Expression;
}>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    numberProperty,
    smallLiteral,
    bigLiteral,
    fc
      .tuple(tie('number'), anyOf(ARITHMETIC), tie('number'))
      .map(([left, [name, apply], right]) => infix(name, apply, left, right)),
    fc
      .tuple(tie('number'), anyOf(DIVISION), fc.constantFrom(-3n, 2n, 10n, 9007199254740993n))
      .map(([left, [name, apply], n]) => infix(name, apply, left, { text: String(n), value: () => n })),
    tie('text').map((of) => fn('length', (value: string) => BigInt(points(value).length), of)),
    fc.tuple(tie('text'), textLiteral).map(([of, part]) =>
      fn(
        'indexof',
        (value: string, searched: string) => {
          const at = value.indexOf(searched);
          return BigInt(at < 0 ? -1 : points(value.slice(0, at)).length);
        },
        of,
        part,
      ),
    ),
    tie('number').map((of): Expression => ({
      text: `(-(${of.text}))`,
      value: strict((value: bigint) => -value, of),
    })),
  ),
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    textProperty,
    textLiteral,
    tie('text').map((of) => fn('tolower', (value: string) => value.toLowerCase(), of)),
    tie('text').map((of) => fn('toupper', (value: string) => value.toUpperCase(), of)),
    tie('text').map((of) => fn('trim', (value: string) => value.trim(), of)),
    fc
      .tuple(tie('text'), tie('text'))
      .map(([left, right]) => fn('concat', (one: string, two: string) => one + two, left, right)),
    fc.tuple(tie('text'), fc.nat(4), fc.option(fc.nat(4))).map(([of, from, size]): Expression => ({
      text: `substring(${of.text},${from}${size === null ? '' : `,${size}`})`,
      value: strict(
        (value: string) =>
          points(value)
            .slice(from, size === null ? undefined : from + size)
            .join(''),
        of,
      ),
    })),
  ),
  predicate: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(numberProperty, anyOf(ORDER), smallLiteral)
      .map(([left, compare, right]) => compared(left, compare, right)),
    fc
      .tuple(tie('number'), anyOf(ORDER), tie('number'))
      .map(([left, compare, right]) => compared(left, compare, right)),
    fc
      .tuple(tie('text'), anyOf(ORDER), tie('text'))
      .map(([left, compare, right]) => compared(left, compare, right)),
    fc
      .tuple(fc.constant(moment), anyOf(ORDER), momentLiteral)
      .map(([left, compare, right]) => compared(left, compare, right)),
    fc
      .tuple(fc.oneof(numberProperty, textProperty), fc.constantFrom('eq', 'ne', 'gt', 'le'))
      .map(([left, name]) => compared(left, [name, ORDER[name]!], nullLiteral)),
    fc
      .tuple(tie('text'), anyOf(TEXT_TESTS), tie('text'))
      .map(([of, [name, apply], other]) => fn(name, apply, of, other)),
    fc
      .tuple(
        numberProperty,
        fc.array(fc.option(fc.constantFrom(...INTEGERS), { freq: 6 }), { minLength: 1, maxLength: 4 }),
      )
      .map(([of, list]): Expression => ({
        text: `(${of.text} in (${list.map(String).join(',')}))`,
        value: (here) => list.includes(of.value(here) as bigint | null),
      })),
    fc
      .tuple(textProperty, fc.array(fc.constantFrom(...TEXTS), { minLength: 1, maxLength: 4 }))
      .map(([of, list]): Expression => ({
        text: `(${of.text} in (${list.map(quote).join(',')}))`,
        value: (here) => list.some((item) => item === of.value(here)),
      })),
    fc.constant(property('isSanctioned')),
    borderline,
    lambda,
    tie('predicate').map((of): Expression => ({
      text: `not (${of.text})`,
      value: strict((value: boolean) => !value, of),
    })),
    fc.tuple(tie('predicate'), tie('predicate')).map(([left, right]): Expression => ({
      text: `(${left.text} and ${right.text})`,
      value: (here) => {
        const values = [left.value(here), right.value(here)];
        return values.includes(false) ? false : values.includes(null) ? null : true;
      },
    })),
    fc.tuple(tie('predicate'), tie('predicate')).map(([left, right]): Expression => ({
      text: `(${left.text} or ${right.text})`,
      value: (here) => {
        const values = [left.value(here), right.value(here)];
        return values.includes(true) ? true : values.includes(null) ? null : false;
      },
    })),
  ),
}));

/** What rows can be ordered by. */
export const sortable = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...(['tenantId', 'streamId', 'id', 'isSanctioned'] as const).map(property),
      moment,
    ),
  },
  { weight: 3, arbitrary: textProperty },
  { weight: 3, arbitrary: numberProperty },
  { weight: 1, arbitrary: text },
  { weight: 1, arbitrary: number },
  { weight: 1, arbitrary: predicate },
);
