import { describe, expect, it } from '@jest/globals';
import { setOf } from '../../../src/model/catalog.js';
import type { JsonRow } from '../../../src/model/edm.js';
import { writeRow } from '../../../src/model/row-json.js';
import { TableBuilder } from '../../../src/store/memory/table-builder.js';
import type { Table } from '../../../src/store/memory/table.js';
import { rowOf, type PartialRow } from './tables.js';

const set = setOf('DiscoveredApps');
const { type } = set;

const row = (id: number, more: PartialRow = {}): JsonRow =>
  rowOf('DiscoveredApps', { tenantId: 't', streamId: 's', id: String(id).padStart(4, '0'), ...more });
const lineOf = (id: number, more: PartialRow = {}) => writeRow(type, row(id, more));

function tableOf(lines: readonly string[]): Table {
  const builder = new TableBuilder(set);
  builder.addRowFile(Buffer.from(lines.map((line) => `${line}\n`).join('')));
  return builder.build();
}

const stored = (table: Table, at: number) => Buffer.from(table.json(at)).toString();
/** The row as its columns know it. */
const fromColumns = (table: Table, at: number) =>
  `{${type.properties.map(({ name }) => `"${name}":${table.column(name).text(at)}`).join(',')}}`;

function expectRows(lines: readonly string[]): void {
  const table = tableOf(lines);
  expect(lines.map((_, at) => stored(table, at))).toEqual(lines);
  expect(lines.map((_, at) => fromColumns(table, at))).toEqual(lines);
}

describe('Rows that are scanned', () => {
  it.each([
    ['numbers that begin like the ones before', [12, 123, 12, 1, 0, -1, -12, 12]],
    ['numbers of 32 bits and more', [1, 2147483647, -2147483648, 2147483648, 1, 1, 123456789012345]],
    ['numbers of which many are the same', [7, 7, null, null, 7, 7]],
    ['numbers beyond 2^53', [1, 9007199254740993n, 9007199254740993n, null, null, -9007199254740993n, 1, 1]],
  ])('have the values that stand in them: %s', (_which, values) => {
    expectRows(values.map((value, at) => lineOf(at, { userCount: value, transactionCount: value })));
  });

  it.each([
    ['plain texts', ['a', 'ab', 'a', '', '', 'a ~!', 'a']],
    ['quotes and escapes', ['"', '\\', '"', 'a"b', 'a\\', 'tab\t', 'line\nend', '\u0000', '/']],
    ['any script', ['ü', 'ü', '📦', 'ü', '\u2028', '\u00e9"', 'e\u0301', '\ufeff']],
    ['missing ones', [null, 'null', null, null, '', null]],
  ])('have the values that stand in them: %s', (_which, values) => {
    expectRows(values.map((value, at) => lineOf(at, { displayName: value, description: value })));
  });

  it('have the values that stand in them: collections and flags', () => {
    const all = [[], [], ['a'], ['a'], ['a', 'b,"]'], ['b', 'a', 'ü'], ['b', 'a', 'ü'], [''], []];
    expectRows(
      all.map((domains, at) =>
        lineOf(at, { domains, tags: domains, isSanctioned: [true, false, null][at % 3]! }),
      ),
    );
  });

  it('have the values that stand in them: more texts than are remembered, in the order of before and in others', () => {
    const name = (at: number) => ({ displayName: `App ${at}`, category: `c${(at * 7919) % 3001}` });
    const ids = Array.from({ length: 4000 }, (_, at) => at);
    expectRows([
      ...ids.map((at) => lineOf(at, name(at))),
      ...ids.map((at) => lineOf(4000 + at, name(at + (at >> 4)))),
      ...ids.slice(0, 1999).map((at) => lineOf(8000 + at, name(3999 - at * 2))),
    ]);
  });
});

describe('Rows that look otherwise', () => {
  const spaced = (line: string) => line.replaceAll('":', '" : ').replaceAll('","', '" , "');

  it('are parsed', () => {
    const lines = [lineOf(1), spaced(lineOf(2, { userCount: 5 })), lineOf(3, { userCount: 6 }), lineOf(4)];
    const table = tableOf(lines);
    expect([0, 1, 2, 3].map((at) => table.column('userCount').value(at))).toEqual([null, 5, 6, null]);
  });

  it.each(['1e3', '1.0', '1E0', '100.0e1'])('are parsed: with the number %s', (number) => {
    const lines = [1, 2, 3].map((id) => lineOf(id, { userCount: 5 }));
    lines[1] = lines[1]!.replace('"userCount":5', `"userCount":${number}`);
    const values = [0, 1, 2].map((at) => tableOf(lines).column('userCount').value(at));
    expect(values).toEqual([5, Number(number), 5]);
  });

  it('leave nothing behind in columns that were read before it was seen', () => {
    const values = [1, null, 2 ** 40, 9007199254740993n, null, 3];
    const lines = values.map((value, at) =>
      lineOf(at, { userCount: value, displayName: `n${at}`, domains: [`d${at}`, 'x'] }),
    );
    const table = tableOf(lines.flatMap((line) => [line, line.replace(/\}$/, ' }')]));
    lines.forEach((line, at) => {
      expect([fromColumns(table, 2 * at), fromColumns(table, 2 * at + 1)]).toEqual([line, line]);
    });
  });

  it('may be written in any form: of members that come twice the last one counts', () => {
    const twice = lineOf(2, { displayName: 'b' }).replace('"displayName"', '"displayName":"a","displayName"');
    expect(
      tableOf([lineOf(1), twice])
        .column('displayName')
        .value(1),
    ).toBe('b');
  });
});

describe('Rows that are damaged', () => {
  const good = lineOf(2, { userCount: 12, displayName: 'Box', domains: ['a', 'b'] });
  it.each([
    ['a number that begins with zero', good.replace(':12,', ':012,')],
    ['two numbers', good.replace(':12,', ':1 2,')],
    ['a sign alone', good.replace(':12,', ':-,')],
    ['a number as text', good.replace(':12,', ':"12",')],
    ['a fraction of a person', good.replace(':12,', ':1.5,')],
    ['a text as number', good.replace('"Box"', '7')],
    ['a flag as text', good.replace('"Box"', 'true')],
    ['a text as flag', good.replace('"isSanctioned":null', '"isSanctioned":"true"')],
    ['a quote within a text', good.replace('"Box"', '"B"x"')],
    ['a control character', good.replace('"Box"', '"B\u0001x"')],
    ['an escape that is none', good.replace('"Box"', '"B\\x"')],
    ['an escape at the end', good.replace('"Box"', '"Box\\"')],
    ['a word that is none', good.replace(':12,', ':nulll,')],
    ['a comma that lacks', good.replace(':12,', ':12')],
    ['a comma too many', good.replace(/\}$/, ',}')],
    ['a comma in a collection', good.replace('["a","b"]', '["a","b",]')],
    ['a collection without an end', good.replace('["a","b"]', '["a","b"')],
    ['a number in a collection', good.replace('["a","b"]', '["a",1]')],
    ['a text for a collection', good.replace('["a","b"]', '"a"')],
    ['no end', good.slice(0, -1)],
    ['half of it', good.slice(0, good.length >> 1)],
    ['two ends', `${good}}`],
    ['two rows', `${good},${good}`],
    ['the halves of two rows', `${good}},{${good}`],
    ['another value behind it', `${good}1`],
  ])('are refused by their number: %s', (_what, line) => {
    expect(line).not.toBe(good);
    expect(() => tableOf([lineOf(1, { userCount: 12, displayName: 'Box' }), line, lineOf(3)])).toThrow(
      expect.objectContaining({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringMatching(/^Row 2 of the stored set DiscoveredApps /) as unknown,
      }),
    );
  });

  it('are not what a table keeps: a text that holds a quote is no plain one', () => {
    const quoted = lineOf(1, { displayName: 'B"x' });
    expect(() => tableOf([quoted, lineOf(2, { displayName: 'Bax' }).replace('Bax', 'B"x')])).toThrow('Row 2');
  });
});

describe('The order of scanned rows', () => {
  it.each([
    ['ids', lineOf(2), lineOf(1)],
    ['tenants', lineOf(1, { tenantId: 'u' }), lineOf(2, { tenantId: 't' })],
    ['streams', lineOf(1, { streamId: 't' }), lineOf(2, { streamId: 's' })],
  ])('is seen: %s', (_which, first, second) => {
    const table = tableOf([first, second]);
    expect([stored(table, 0), stored(table, 1)]).toEqual([second, first]);
  });

  it('is seen in keys that are numbers', () => {
    const builder = new TableBuilder(setOf('Dates'));
    const dates = [20260102, 20260101, 20260103].map((dateKey) => ({ dateKey, date: '2026-01-01' }));
    const lines = dates.map((date) => writeRow(setOf('Dates').type, rowOf('Dates', date)));
    builder.addRowFile(Buffer.from(`${lines.join('\n')}\n`));
    const table = builder.build();
    expect([0, 1, 2].map((at) => table.column('dateKey').value(at))).toEqual([20260101, 20260102, 20260103]);
  });
});
