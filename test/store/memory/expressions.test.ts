import { describe, expect, it } from '@jest/globals';
import { setOf } from '../../../src/model/catalog.js';
import type { EdmValue } from '../../../src/model/edm-value.js';
import type { Expr } from '../../../src/query/ast.js';
import {
  call,
  cast,
  count,
  isIn,
  isof,
  lambda,
  lit,
  members,
  not,
  op,
  prop,
  toExpr,
  variable,
  type Part,
} from './exprs.js';
import { ordered, readPlan, snapshotOf, type PartialRow } from './tables.js';

const BEYOND = 9007199254740993n;
const MOMENT = Date.parse('2026-02-28T23:59:58.250Z');
const DAY = 86_400_000;
const NOW = Date.parse('2026-03-01T12:00:00Z');

/** The value of an expression in a row: what $orderby by it writes into the position of a one-row page. */
function valueIn(expr: Expr, row: PartialRow): EdmValue | undefined {
  const snapshot = snapshotOf({
    DiscoveredApps: ['1', '2'].map((id) => ({ tenantId: 't', streamId: 's', ...row, id })),
    Streams: [
      { tenantId: 't', id: 's', displayName: 'Proxy', supportedEntityTypes: ['userName', 'ipAddress'] },
    ],
    Tenants: [{ id: 't', displayName: 'Contoso' }],
    AppTags: ['1', '2'].flatMap((appId) =>
      ['HR', 'Sanctioned'].map((tag) => ({ tenantId: 't', appId, tag })),
    ),
  });
  const orderBy = ordered('DiscoveredApps', [{ expr, descending: false }]);
  return snapshot.execute(readPlan('DiscoveredApps', { orderBy, pageSize: 1, now: NOW })).next?.[0];
}

const risk = prop('riskScore');
const users = prop('userCount');
const name = prop('displayName');
const seen = prop('lastSeenDateTime');
const sanctioned = prop('isSanctioned');
const tags = members('tags');
const x = variable('x');
const moment = (milliseconds: number) => lit(milliseconds, 'Edm.DateTimeOffset');
const duration = (milliseconds: number) => lit(milliseconds, 'Edm.Duration');
const row = {
  riskScore: 5,
  userCount: BEYOND,
  deviceCount: 7,
  displayName: 'Box 📦 Drive',
  lastSeenDateTime: '2026-02-28T23:59:58.250Z',
  tags: ['HR', 'Sanctioned'],
  isSanctioned: true,
};

type Case = readonly [title: string, expr: Part, row: PartialRow, expected: EdmValue];

const TABLES: Readonly<Record<string, readonly Case[]>> = {
  '5.1.1.1 Logical operators and null': [
    ['eq', op(risk, 'eq', 5), row, true],
    ['eq with the literal first', op(5, 'eq', risk), row, true],
    ['null eq null', op(risk, 'eq', null), {}, true],
    ['null eq 5', op(risk, 'eq', 5), {}, false],
    ['null ne 5 keeps nulls', op(risk, 'ne', 5), {}, true],
    ['null ne null', op(risk, 'ne', null), {}, false],
    ['5 ne null', op(risk, 'ne', null), row, true],
    ['null gt 5 is false', op(risk, 'gt', 5), {}, false],
    ['null lt 5 is false', op(risk, 'lt', 5), {}, false],
    ['null ge null is false', op(risk, 'ge', null), {}, false],
    ['null le null is false', op(risk, 'le', null), {}, false],
    ['not (null gt 5) is true', not(op(risk, 'gt', 5)), {}, true],
    ['5 lt riskScore mirrors', op(4, 'lt', risk), row, true],
    ['5 le 5', op(risk, 'le', 5), row, true],
    ['5 ge 6', op(risk, 'ge', 6), row, false],
    ['text eq', op(name, 'eq', 'Box 📦 Drive'), row, true],
    ['text ne keeps nulls', op(name, 'ne', 'a'), {}, true],
    ['text gt by code unit', op(name, 'gt', 'Box'), row, true],
    ['text against another column', op(name, 'eq', prop('category')), row, false],
    ['null columns are equal', op(name, 'eq', prop('category')), {}, true],
    ['2^53 + 1 is not 2^53', op(users, 'eq', 9007199254740992), row, false],
    ['2^53 + 1 eq 2^53 + 1', op(users, 'eq', lit(BEYOND, 'Edm.Int64')), row, true],
    ['2^53 + 1 gt 2^53', op(users, 'gt', 9007199254740992), row, true],
    ['moments compare as moments', op(seen, 'lt', moment(MOMENT + 1)), row, true],
    ['flags', op(sanctioned, 'eq', true), row, true],
    ['true and null', op(true, 'and', sanctioned), {}, null],
    ['false and null', op(false, 'and', sanctioned), {}, false],
    ['null and false', op(sanctioned, 'and', false), {}, false],
    ['true or null', op(true, 'or', sanctioned), {}, true],
    ['null or true', op(sanctioned, 'or', true), {}, true],
    ['false or null', op(false, 'or', sanctioned), {}, null],
    ['not null', not(sanctioned), {}, null],
    ['a chain of or', op(op(op(risk, 'eq', 1), 'or', op(risk, 'eq', 2)), 'or', op(risk, 'eq', 5)), row, true],
    ['in', isIn(risk, [1, 5]), row, true],
    ['not in', isIn(risk, [1, 2]), row, false],
    ['null in (1) is false', isIn(risk, [1]), {}, false],
    ['null in (null)', isIn(risk, [null]), {}, true],
    ['Int64 in', isIn(users, [BEYOND, 1]), row, true],
    ['Int64 in doubles', isIn(users, [9007199254740992]), row, false],
    ['text in', isIn(name, ['a', 'Box 📦 Drive']), row, true],
    [
      'in tags',
      { kind: 'inCollection', type: 'Edm.Boolean', operand: lit('HR'), collection: tags },
      row,
      true,
    ],
    ['NaN in (NaN) is false', isIn(lit(NaN, 'Edm.Double'), [NaN]), {}, false],
  ],
  '5.1.1.2 Arithmetic operators': [
    ['add', op(risk, 'add', 2), row, 7],
    ['add null', op(risk, 'add', 2), {}, null],
    ['sub', op(risk, 'sub', 7), row, -2],
    ['mul', op(risk, 'mul', 3), row, 15],
    ['mul by zero has no sign', op(risk, 'mul', -0), row, 0],
    ['div truncates', op(risk, 'div', 2), row, 2],
    ['div truncates towards zero', op(-7, 'div', 2), row, -3],
    ['divby has a fraction', op(risk, 'divby', 2, 'Edm.Decimal'), row, 2.5],
    ['mod', op(7, 'mod', risk), row, 2],
    ['mod takes the sign of the dividend', op(-7, 'mod', risk), row, -2],
    ['add beyond 2^53', op(users, 'add', 1), row, 9007199254740994n],
    ['sub back into the safe range', op(users, 'sub', 3), row, 9007199254740990],
    ['add across the border', op(9007199254740991, 'add', 2), row, BEYOND],
    ['mul beyond 2^53', op(94906267, 'mul', 94906267), row, 94906267n * 94906267n],
    ['div of a bigint', op(users, 'div', 2), row, 4503599627370496],
    ['mod of a bigint', op(users, 'mod', 10), row, 3],
    ['Decimal', op(0.1, 'add', 0.2, 'Edm.Decimal'), row, 0.3],
    [
      'Decimal of whole numbers',
      op(users, 'add', lit(1, 'Edm.Decimal'), 'Edm.Decimal'),
      row,
      9007199254740994n,
    ],
    ['Decimal div', op(lit(7.5, 'Edm.Decimal'), 'div', 2, 'Edm.Decimal'), row, 3.75],
    ['Double division by zero is infinite', op(lit(1, 'Edm.Double'), 'div', 0, 'Edm.Double'), row, Infinity],
    ['Double 0 div 0', op(lit(0, 'Edm.Double'), 'div', 0, 'Edm.Double'), row, NaN],
    ['negation', { kind: 'negate', type: 'Edm.Int64', operand: risk }, row, -5],
    ['negation of null', { kind: 'negate', type: 'Edm.Int64', operand: risk }, {}, null],
    ['negation of a bigint', { kind: 'negate', type: 'Edm.Int64', operand: users }, row, -BEYOND],
    ['moment add duration', op(seen, 'add', duration(750), 'Edm.DateTimeOffset'), row, MOMENT + 750],
    ['moment sub moment', op(moment(NOW), 'sub', seen, 'Edm.Duration'), row, NOW - MOMENT],
    ['moment sub null', op(moment(NOW), 'sub', seen, 'Edm.Duration'), {}, null],
    [
      'day add duration stays a day',
      op(lit(0, 'Edm.Date'), 'add', duration(1.5 * DAY), 'Edm.Date'),
      row,
      DAY,
    ],
    ['duration mul number', op(duration(1500), 'mul', 2, 'Edm.Duration'), row, 3000],
    [
      'guarded division',
      op(op(prop('deviceCount'), 'ne', 0), 'and', op(op(1, 'div', prop('deviceCount')), 'eq', 1)),
      { deviceCount: 0 },
      false,
    ],
  ],
  '5.1.1.5 String and collection functions': [
    ['contains', call('contains', name, 'Drive'), row, true],
    ['contains of null', call('contains', name, 'a'), {}, null],
    ['not contains of null', not(call('contains', name, 'a')), {}, null],
    ['contains null', call('contains', name, lit(null)), row, null],
    ['startswith', call('startswith', name, 'Box'), row, true],
    ['endswith', call('endswith', name, 'Box'), row, false],
    ['length counts characters', call('length', name), row, 11],
    ['indexof counts characters', call('indexof', name, 'Drive'), row, 6],
    ['indexof of what is not there', call('indexof', name, 'z'), row, -1],
    ['indexof of nothing', call('indexof', name, ''), row, 0],
    ['substring', call('substring', name, 4), row, '📦 Drive'],
    ['substring with a length', call('substring', name, 4, 1), row, '📦'],
    ['substring from a negative position', call('substring', name, -3, 3), row, 'ive'],
    ['substring beyond the end', call('substring', name, 99), row, ''],
    ['substring of a negative length', call('substring', name, 1, -1), row, ''],
    ['concat', call('concat', name, '!'), row, 'Box 📦 Drive!'],
    ['concat with null', call('concat', name, '!'), {}, null],
    ['tolower', call('tolower', name), row, 'box 📦 drive'],
    ['toupper', call('toupper', lit('straße')), row, 'STRASSE'],
    ['trim', call('trim', lit('\t a b \n')), row, 'a b'],
    ['nested functions of one column', call('contains', call('tolower', name), 'drive'), row, true],
    ['concat of collections', call('concat', prop('tags'), lit(['z'])), row, ['HR', 'Sanctioned', 'z']],
    ['length of a collection', call('length', prop('tags')), row, 2],
    ['indexof of a collection', call('indexof', prop('tags'), lit(['Sanctioned'])), row, 1],
    ['startswith of a collection', call('startswith', prop('tags'), lit(['HR'])), row, true],
    ['endswith of a collection', call('endswith', prop('tags'), lit(['HR'])), row, false],
    ['substring of a collection', call('substring', prop('tags'), 1), row, ['Sanctioned']],
    ['hassubset', call('hassubset', prop('tags'), lit(['Sanctioned', 'HR'])), row, true],
    ['hassubset counts', call('hassubset', prop('tags'), lit(['HR', 'HR'])), row, false],
    ['hassubsequence', call('hassubsequence', prop('tags'), lit(['Sanctioned', 'HR'])), row, false],
    ['matchesPattern', call('matchesPattern', name, '^Box.*e$'), row, true],
    ['matchesPattern of null', call('matchesPattern', name, '^Box'), {}, null],
  ],
  '5.1.1.8 Date and time functions': [
    ['year', call('year', seen), row, 2026],
    ['year of null', call('year', seen), {}, null],
    ['month', call('month', seen), row, 2],
    ['day', call('day', seen), row, 28],
    ['hour', call('hour', seen), row, 23],
    ['minute', call('minute', seen), row, 59],
    ['second', call('second', seen), row, 58],
    ['fractionalseconds', call('fractionalseconds', seen), row, 0.25],
    ['hour before 1970', call('hour', moment(-1)), row, 23],
    ['date', call('date', seen), row, Date.parse('2026-02-28')],
    ['time', call('time', seen), row, DAY - 2000 + 250],
    ['totaloffsetminutes', call('totaloffsetminutes', seen), row, 0],
    ['totalseconds', call('totalseconds', duration(-1500)), row, -1.5],
    ['now is that of the read', call('now'), row, NOW],
    ['mindatetime', call('mindatetime'), row, Date.parse('0001-01-01T00:00:00Z')],
    ['maxdatetime', call('maxdatetime'), row, Date.parse('9999-12-31T23:59:59.999Z')],
    [
      'now minus 30 days',
      op(seen, 'gt', op(call('now'), 'sub', duration(30 * DAY), 'Edm.DateTimeOffset')),
      row,
      true,
    ],
  ],
  '5.1.1.9 Arithmetic functions': [
    ['round half up', call('round', lit(2.5)), row, 3],
    ['round half away from zero', call('round', lit(-2.5)), row, -3],
    ['floor', call('floor', lit(-2.5)), row, -3],
    ['ceiling', call('ceiling', lit(-2.5)), row, -2],
    ['ceiling to zero has no sign', call('ceiling', lit(-0.5)), row, 0],
    ['round of a bigint', call('round', users), row, BEYOND],
    ['round of null', call('round', risk), {}, null],
  ],
  '5.1.1.10 Type functions, 5.1.1.11 case': [
    ['cast Int32 to text', cast(risk, 'Edm.String'), row, '5'],
    ['cast Int64 to text', cast(users, 'Edm.String'), row, '9007199254740993'],
    ['cast null', cast(risk, 'Edm.String'), {}, null],
    ['cast a moment to text', cast(seen, 'Edm.String'), row, '2026-02-28T23:59:58.250Z'],
    ['cast a flag to text', cast(sanctioned, 'Edm.String'), row, 'true'],
    ['cast text to a number', cast('12', 'Edm.Int32'), row, 12],
    ['cast text that is no number', cast(name, 'Edm.Int32'), row, null],
    ['cast text to a moment', cast('1970-01-01T00:00:01Z', 'Edm.DateTimeOffset'), row, 1000],
    ['cast cuts fractions off', cast(-2.7, 'Edm.Int32'), row, -2],
    ['cast out of range', cast(users, 'Edm.Int32'), row, null],
    ['cast to Double rounds', cast(users, 'Edm.Double'), row, 9007199254740992],
    ['cast of a flag to a number fails', cast(sanctioned, 'Edm.Int32'), row, null],
    ['isof its own type', isof(risk, 'Edm.Int32'), row, true],
    ['isof a wider type', isof(risk, 'Edm.Int64'), row, true],
    ['isof a narrower type', isof(users, 'Edm.Int32'), row, false],
    ['isof of null', isof(risk, 'Edm.Int32'), {}, false],
    [
      'case',
      {
        kind: 'case',
        type: 'Edm.String',
        branches: [
          { when: op(risk, 'gt', 7), then: lit('high') },
          { when: lit(true), then: lit('low') },
        ],
      },
      row,
      'low',
    ],
    [
      'case without a branch that holds',
      { kind: 'case', type: 'Edm.String', branches: [{ when: op(risk, 'gt', 7), then: lit('high') }] },
      row,
      null,
    ],
  ],
  '5.1.1.13 Lambda operators, paths and $count': [
    ['any', lambda(tags, 'any', 'x', op(x, 'eq', 'HR')), row, true],
    ['any of none', lambda(tags, 'any', 'x', op(x, 'eq', 'HR')), {}, false],
    ['any()', lambda(tags, 'any'), row, true],
    ['any() of none', lambda(tags, 'any'), {}, false],
    ['all', lambda(tags, 'all', 'x', call('contains', x, 'n')), row, false],
    ['all of none', lambda(tags, 'all', 'x', op(x, 'eq', 'HR')), {}, true],
    [
      'any with the outer row',
      lambda(tags, 'any', 'x', op(call('concat', x, 's'), 'eq', call('concat', 'HR', prop('streamId')))),
      row,
      true,
    ],
    ['$count', count(tags), row, 2],
    ['$count with a filter', count(tags, op(variable('$this'), 'eq', 'HR')), row, 1],
    ['a hop', prop('stream/displayName'), row, 'Proxy'],
    ['a function of a hop', call('tolower', prop('stream/displayName')), row, 'proxy'],
    ['two hops', prop('stream/tenant/displayName'), row, 'Contoso'],
    ['a hop that finds none', prop('stream/displayName'), { streamId: 'other' }, null],
    [
      'a predicate on a hop that finds none',
      op(prop('stream/displayName'), 'eq', null),
      { streamId: 'other' },
      true,
    ],
    [
      'a collection after a hop',
      lambda(members('stream/supportedEntityTypes'), 'any', 'x', op(x, 'eq', 'ipAddress')),
      row,
      true,
    ],
    [
      'a collection after a hop that finds none',
      count(members('stream/supportedEntityTypes')),
      { streamId: 'o' },
      0,
    ],
    [
      'related rows',
      lambda(members('appTags'), 'any', 'x', op(prop('tag', setOf('AppTags'), 'x'), 'eq', 'HR')),
      row,
      true,
    ],
    ['$count of related rows', count(members('appTags')), row, 2],
    [
      'nested lambdas',
      lambda(
        members('appTags'),
        'any',
        'x',
        lambda(tags, 'any', 'y', op(variable('y'), 'eq', prop('tag', setOf('AppTags'), 'x'))),
      ),
      row,
      true,
    ],
  ],
};

describe.each(Object.entries(TABLES))('URL Conventions 4.01, %s', (_section, cases) => {
  it.each(cases)('%s', (_title, expr, given, expected) => {
    const value = valueIn(toExpr(expr), given);
    expect(value).toEqual(expected);
  });
});

describe('Division by zero', () => {
  it.each<[string, Expr]>([
    ['div', op(1, 'div', prop('deviceCount'))],
    ['divby', op(1, 'divby', prop('deviceCount'), 'Edm.Decimal')],
    ['mod', op(1, 'mod', prop('deviceCount'))],
    ['mod of doubles', op(lit(1, 'Edm.Double'), 'mod', prop('deviceCount'), 'Edm.Double')],
  ])('%s fails the request', (_operator, expr) => {
    expect(() => valueIn(expr, { deviceCount: 0 })).toThrow(expect.objectContaining({ code: 'QUERY_VALUE' }));
  });
});
