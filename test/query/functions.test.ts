/** The table of functions, and the nearest name. */
import { describe, expect, it } from '@jest/globals';
import { FUNCTIONS } from '../../src/query/functions.js';
import { parseSearch } from '../../src/query/parse-search.js';
import { nearest } from '../../src/query/suggest.js';
import { planOf } from './understanding.js';

/** An expression of every type, to call overloads with. */
const SAMPLES: Readonly<Record<string, string>> = {
  'Edm.String': 'displayName',
  'Edm.Int32': 'riskScore',
  'Edm.Decimal': '2.5',
  'Edm.Double': '2e0',
  'Edm.Date': 'date(lastSeenDateTime)',
  'Edm.DateTimeOffset': 'lastSeenDateTime',
  'Edm.TimeOfDay': 'time(lastSeenDateTime)',
  'Edm.Duration': "duration'P1D'",
  'Collection(Edm.String)': 'tags',
};

describe('URL Conventions 5.1.1.5 to 5.1.1.9: every overload of every function binds to itself', () => {
  const rows = Object.entries(FUNCTIONS).flatMap(([name, overloads]) =>
    overloads.map(
      ({ args, result }) =>
        [`${name}(${args.map((type) => SAMPLES[type]).join(',')})`, result, args] as const,
    ),
  );
  it.each(rows)('%s is %s', (call, result, args) => {
    const single = result.startsWith('Collection') ? `length(${call})` : call;
    const { orderBy } = planOf(`DiscoveredApps?$orderby=${single}`);
    const [expr] = [orderBy[0]?.expr].map((found) =>
      single !== call && found?.kind === 'call' ? found.args[0] : found,
    );
    expect(expr).toMatchObject({
      kind: 'call',
      type: result,
      args: args.map((type) => ({ type })),
    });
  });
});

describe('nearest', () => {
  it.each([
    ['riskscor', 'riskScore'],
    ['DISPLAYNAME', 'displayName'],
    ['dipslayName', 'displayName'],
    ['category2', 'category'],
    ['zzz', undefined],
    ['', undefined],
    ['x'.repeat(10_000), undefined],
  ])('%s → %s', (name, found) => {
    expect(nearest(name, ['riskScore', 'displayName', 'category'])).toBe(found);
  });
});

describe('URL Conventions 5.1.8, $search as a tree', () => {
  const term = (text: string) => ({ kind: 'term', text });
  it.each([
    ['blue', term('blue')],
    ['"light blue"', term('light blue')],
    ['blue green', { kind: 'and', operands: [term('blue'), term('green')] }],
    [
      'a AND b OR NOT c',
      {
        kind: 'or',
        operands: [
          { kind: 'and', operands: [term('a'), term('b')] },
          { kind: 'not', operand: term('c') },
        ],
      },
    ],
    ['NOT', term('NOT')],
    ['(a OR b) c', { kind: 'and', operands: [{ kind: 'or', operands: [term('a'), term('b')] }, term('c')] }],
  ])('%s', (text, tree) => {
    expect(parseSearch(text, '$search')).toEqual(tree);
  });
});
