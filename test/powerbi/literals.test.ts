import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setOf } from '../../src/model/catalog.js';
import { columnsOf } from '../../src/powerbi/semantic-model/columns.js';
import { MEASURES } from '../../src/powerbi/semantic-model/semantic-model.js';
import { TABLES } from '../../src/powerbi/semantic-model/tables.js';
import { RunningFeed } from '../feed/running-feed.js';
import { SAMPLE } from '../feed/sample.js';

let feed: RunningFeed;
beforeAll(async () => {
  feed = await RunningFeed.start({ sample: { ...SAMPLE, apps: 60 } });
});
afterAll(() => feed.close());

/** `'Category'[Category ID] = "generativeAi"` in any measure: table, column, value. */
const COMPARED = MEASURES.flatMap(({ dax }) => [
  ...dax.join(' ').matchAll(/'([^']+)'\[([^\]]+)\] ={1,2} "([^"]+)"/g),
]).map(([, table = '', column = '', value = '']) => ({ table, column, value }));

describe('a text that a measure compares with', () => {
  it.each([...new Map(COMPARED.map((one) => [JSON.stringify(one), one])).values()])(
    "'$table'[$column] = $value is a value of the feed, or one that the description of its property names",
    async ({ table, column, value }) => {
      const spec = TABLES.find(({ name }) => name === table);
      const property = columnsOf(spec!).find(({ name }) => name === column)!.property;
      const path = `/odata/${spec!.set}/$count?$filter=${property.name} eq '${value}'`;
      const count = Number((await feed.read(path.replaceAll(' ', '%20'))).text);
      const described = setOf(spec!.set).type.property(property.name)!.description;
      expect({ value, known: count > 0 || new RegExp(`\\b${value}\\b`).test(described) }).toEqual({ value, known: true });
    },
  );

  it('is there at all: the row above is not empty', () => {
    expect(new Set(COMPARED.map(({ value }) => value))).toEqual(
      new Set(['high', 'generativeAi', 'P7D', 'P30D', 'P90D', 'failed']),
    );
  });
});
