import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ENTITY_SETS, setOf, type SetName } from '../../src/model/catalog.js';
import type { JsonRow, Property } from '../../src/model/edm.js';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { Feed } from '../refresh/polled-sample.js';
import { MONDAY, polled } from '../refresh/polled-tenant.js';

const text = (value: unknown) => (typeof value === 'bigint' ? `${value}n` : JSON.stringify(value));

/** Rows in which the poller and upstream differ as they do in reality; what is alike in all of them is no accident. */
describe('The facts that properties show', () => {
  let sample: RunningSampleTenant;
  let feed: Feed;
  let rows: Record<SetName, JsonRow[]>;

  beforeAll(async () => {
    sample = await startSampleTenant({ seed: 5, apps: 220, streams: 6, today: MONDAY });
    feed = await Feed.open([sample.tenant.tenantId]);
    await feed.poll(polled(sample));
    rows = await feed.read(ENTITY_SETS.map(({ name }) => name));
  });
  afterAll(async () => {
    await feed.close();
    await sample.close();
  });

  const shareFact = (one: Property, other: Property) =>
    one.shows?.some((fact) => other.shows?.includes(fact)) === true;

  const plain = (set: SetName) =>
    setOf(set).type.properties.filter(({ name }) => !setOf(set).type.key.includes(name));

  it('are at home in a property of the model', () => {
    const homes = new Set(
      ENTITY_SETS.flatMap(({ type }) => type.properties.map(({ name }) => `${type.name}.${name}`)),
    );
    for (const { type } of ENTITY_SETS)
      for (const { shows = [] } of type.properties) {
        expect(shows.length).toBeGreaterThan(0);
        for (const fact of shows) expect(homes).toContain(fact);
      }
  });

  it('are declared where a property can be worked out from another one of the row', () => {
    const undeclared: string[] = [];
    // The sets with many rows, and of DiscoveredApps one stream: across streams, whatever names an app tells all of it.
    const [first] = rows.DiscoveredApps;
    const ofFirst = rows.DiscoveredApps.filter(({ streamId }) => streamId === first?.streamId);
    for (const [set, many] of [
      ['Apps', rows.Apps],
      ['DiscoveredApps', ofFirst],
    ] as const)
      for (const from of plain(set))
        for (const to of plain(set))
          if (from !== to && !shareFact(from, to) && determines(from.name, to.name, many))
            undeclared.push(`${set}: ${from.name} tells ${to.name}`);
    expect(undeclared).toEqual([]);
  });

  it('are declared where a property repeats one of a related row', () => {
    const undeclared: string[] = [];
    for (const { name, type } of ENTITY_SETS)
      for (const { name: hop, target, collection, on } of type.navigation) {
        if (collection) continue;
        const keyOf = (row: JsonRow, at: 0 | 1) => on.map((pair) => text(row[pair[at]])).join();
        const related = new Map(rows[target as SetName].map((row) => [keyOf(row, 1), row]));
        const pairs = rows[name].flatMap((row) => {
          const other = related.get(keyOf(row, 0));
          return other === undefined ? [] : [[row, other] as const];
        });
        for (const mine of plain(name))
          for (const theirs of plain(target as SetName))
            if (!shareFact(mine, theirs) && repeats(mine.name, theirs.name, pairs))
              undeclared.push(`${name}: ${mine.name} is ${hop}/${theirs.name}`);
      }
    expect(undeclared).toEqual([]);
  });
});

/** Whether equal values of one property always go with equal values of the other, often enough to mean something. */
function determines(from: string, to: string, rows: readonly JsonRow[]): boolean {
  const seen = new Map<string, string>();
  for (const row of rows) {
    const [key, value] = [text(row[from]), text(row[to])];
    if ((seen.get(key) ?? value) !== value) return false;
    seen.set(key, value);
  }
  return seen.size <= rows.length / 4 && new Set(seen.values()).size >= 2;
}

function repeats(mine: string, theirs: string, pairs: readonly (readonly [JsonRow, JsonRow])[]): boolean {
  const values = new Set(pairs.map(([row]) => text(row[mine])));
  return values.size >= 2 && pairs.every(([row, other]) => text(row[mine]) === text(other[theirs]));
}
