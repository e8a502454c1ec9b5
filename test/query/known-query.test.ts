import { describe, expect, it } from '@jest/globals';
import { grantsOf } from '../../src/model/grants.js';
import { understand } from '../../src/query/read-request.js';

const settings = { pageSize: 10, now: 0 };
const named = (part: unknown) =>
  (part as { plan: { select: { name: string }[] } }).plan.select.map(({ name }) => name);

describe('A query that was read before', () => {
  const query = '$select=id,displayName';

  it('means at each address what it means there', () => {
    for (let times = 0; times < 2; times += 1) {
      const collection = understand('Streams', query, settings);
      const entity = understand("Tenants('a')", query, settings);
      expect([collection.kind, entity.kind]).toEqual(['collection', 'entity']);
      const sets = [collection, entity].map((one) => ('plan' in one ? one.plan.set.name : ''));
      expect(sets).toEqual(['Streams', 'Tenants']);
      expect(() => understand('Streams/$count', '$select=nothing&$filter=x', settings)).toThrow(/x/);
    }
  });

  it('is another one for readers of other columns', () => {
    const few = grantsOf({ hiddenFacts: new Set(['Stream.displayName']) });
    expect(named(understand('Streams', '$top=1', settings))).toContain('displayName');
    expect(named(understand('Streams', '$top=1', { ...settings, grants: few }))).not.toContain('displayName');
    expect(() => understand('Streams', query, { ...settings, grants: few })).toThrow(/displayName/);
    expect(named(understand('Streams', query, settings))).toEqual(['id', 'displayName']);
  });

  it('keeps nothing of the request: conditions in the path, keys, pages', () => {
    const count = (path: string) => {
      const understood = understand(path, '', settings);
      return 'plan' in understood ? understood.plan.filter : undefined;
    };
    expect(count('Streams/$filter(id%20eq%20%27a%27)')).not.toEqual(
      count('Streams/$filter(id%20eq%20%27b%27)'),
    );
    expect(count('Streams')).toBeUndefined();
    const pages = [5, 7].map((pageSize) => understand('Streams', query, { pageSize, now: pageSize }));
    expect(pages.map((one) => ('plan' in one ? [one.plan.pageSize, one.plan.now] : []))).toEqual([
      [5, 5],
      [7, 7],
    ]);
  });
});
