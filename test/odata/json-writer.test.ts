import { describe, expect, it } from '@jest/globals';
import { setOf } from '../../src/model/catalog.js';
import { PRIMITIVES } from '../../src/model/edm-value.js';
import type { EntitySet, JsonRow } from '../../src/model/edm.js';
import { writeRow } from '../../src/model/row-json.js';
import type { RowStyle } from '../../src/odata/entity-json.js';
import { collectionJson, entityJson } from '../../src/odata/json-writer.js';
import { bytesOf } from '../../src/odata/pieces.js';
import type { ExpandPlan, RowsPlan } from '../../src/query/plan.js';
import type { Page, ResultRow } from '../../src/store/store.js';

const apps = setOf('Apps');
const tags = setOf('AppTags');
const tenants = setOf('Tenants');
const streams = setOf('StreamRefreshes');

function resultRow(set: EntitySet, row: JsonRow, expanded: Readonly<Record<string, Page>> = {}): ResultRow {
  const parsed = JSON.parse(writeRow(set.type, row)) as JsonRow;
  const text = (name: string) => {
    const value = row[name] ?? parsed[name] ?? null;
    return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
  };
  return {
    json: Buffer.from(writeRow(set.type, row)),
    text,
    value: (name) => {
      const property = set.type.property(name)!;
      return property.collection ? null : (PRIMITIVES[property.type].fromJson(row[name] ?? null) ?? null);
    },
    total: () => 0,
    expanded: (name) => expanded[name] ?? page([]),
  };
}

const page = (rows: readonly ResultRow[], total?: number): Page => ({
  exists: true,
  length: rows.length,
  rows,
  ...(total === undefined ? {} : { total }),
});

function planOf(set: EntitySet, select?: readonly string[], expand: readonly ExpandPlan[] = []): RowsPlan {
  return {
    set,
    orderBy: [],
    skip: 0,
    count: false,
    select: set.type.properties.filter((property) => select?.includes(property.name) ?? true),
    selectsAll: select === undefined,
    expand,
  };
}

const style: RowStyle = {
  root: 'http://localhost:4004/odata/',
  metadata: 'minimal',
  at: '@odata.',
  ieee754Compatible: false,
  omitNulls: false,
};

const app = {
  tenantId: 't',
  id: '1',
  appKey: 't:1',
  displayName: 'O’Neil "é" 😀',
  riskScore: null,
  tags: ['a'],
};
/** The id of that app, which is written where a part of the key is not. */
const ID = `"@odata.id":"Apps(tenantId='t',id='1')"`;
const refresh = { refreshId: 'r', tenantId: 't', streamId: 's', period: 'P7D', rowCount: 9007199254740993n };

function body(plan: RowsPlan, rows: Page, changes: Partial<RowStyle> = {}, nextLink?: string): string {
  const pieces = [...collectionJson(plan, rows, { ...style, ...changes }, nextLink)];
  return Buffer.concat(pieces.map(bytesOf)).toString('utf8');
}

describe('collections (JSON Format 12)', () => {
  it('begin with the context, then the count, then the rows, and end with the next link', () => {
    const text = body(planOf(apps, ['id']), page([resultRow(apps, app)], 7), {}, 'http://localhost/next');
    expect(text).toBe(
      '{"@odata.context":"http://localhost:4004/odata/$metadata#Apps(id)","@odata.count":7,' +
        `"value":[{${ID},"id":"1"}],"@odata.nextLink":"http://localhost/next"}`,
    );
  });

  it('have an empty array when there are no rows', () => {
    expect(JSON.parse(body(planOf(apps), page([])))).toEqual({
      '@odata.context': 'http://localhost:4004/odata/$metadata#Apps',
      value: [],
    });
  });

  it('send whole rows byte by byte as they are stored, nulls and Int64 included', () => {
    const text = body(planOf(streams), page([resultRow(streams, refresh)]));
    expect(text).toContain(writeRow(streams.type, refresh));
    expect(text).toContain('"rowCount":9007199254740993,');
    expect(text).toContain('"warning":null');
  });

  it('leave in pieces, none much larger than a row above 128 KiB', () => {
    const rows = Array.from({ length: 2_000 }, () => resultRow(apps, app));
    const pieces = [...collectionJson(planOf(apps), page(rows), style, undefined)];
    expect(pieces.length).toBeGreaterThan(3);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(130 * 1024);
    expect(
      (JSON.parse(Buffer.concat(pieces.map(bytesOf)).toString()) as { value: unknown[] }).value,
    ).toHaveLength(2_000);
  });
});

describe('properties (JSON Format 7)', () => {
  it('are written in the order of the type, nulls too', () => {
    const text = body(planOf(apps, ['riskScore', 'displayName']), page([resultRow(apps, app)]));
    expect(text).toContain(`[{${ID},"displayName":"O’Neil \\"é\\" 😀","riskScore":null}]`);
  });

  it('leave nulls out only when that was asked for; collections are never null', () => {
    const chosen = planOf(apps, ['id', 'riskScore', 'domains']);
    expect(body(chosen, page([resultRow(apps, app)]), { omitNulls: true })).toContain(
      `[{${ID},"id":"1","domains":[]}]`,
    );
    expect(body(planOf(apps), page([resultRow(apps, app)]), { omitNulls: true })).not.toContain('null');
  });

  it('write Int64 and the count as strings with IEEE754Compatible=true (3.2)', () => {
    const text = body(planOf(streams), page([resultRow(streams, refresh)], 3), { ieee754Compatible: true });
    expect(text).toContain('"rowCount":"9007199254740993"');
    expect(text).toContain('"@odata.count":"3"');
    expect(text).toContain('"servedRowCount":null');
  });
});

describe('control information (JSON Format 3.1, 4.6)', () => {
  it('none: next link and count only', () => {
    const text = body(planOf(apps, ['id']), page([resultRow(apps, app)], 1), { metadata: 'none' }, 'n');
    expect(text).toBe('{"@odata.count":1,"value":[{"id":"1"}],"@odata.nextLink":"n"}');
  });

  it('full: types, ids and navigation links', () => {
    const text = body(
      planOf(apps, ['id', 'riskScore', 'tags']),
      page([resultRow(apps, { ...app, riskScore: 5 })]),
      {
        metadata: 'full',
      },
    );
    const id = "http://localhost:4004/odata/Apps(tenantId='t',id='1')";
    expect((JSON.parse(text) as { value: unknown[] }).value).toEqual([
      {
        '@odata.type': '#DefenderDiscoveryFeed.App',
        '@odata.id': id,
        '@odata.readLink': id,
        'usage@odata.navigationLink': `${id}/usage`,
        'appTags@odata.navigationLink': `${id}/appTags`,
        'appDomains@odata.navigationLink': `${id}/appDomains`,
        id: '1',
        'riskScore@odata.type': '#Int32',
        riskScore: 5,
        'tags@odata.type': '#Collection(String)',
        tags: ['a'],
      },
    ]);
  });
});

describe('expanded navigation properties (JSON Format 8.3)', () => {
  const tagRow = resultRow(tags, { tenantId: 't', appId: '1', tag: 'x', appKey: 't:1' });
  const expand = (count: boolean, countOnly = false): ExpandPlan => ({
    navigation: apps.type.navigationProperty('appTags')!,
    rows: { ...planOf(tags, ['tag']), count },
    countOnly,
  });

  it('are arrays, with a count when that was asked for', () => {
    const row = resultRow(apps, app, { appTags: page([tagRow], 1) });
    expect(body(planOf(apps, ['id'], [expand(true)]), page([row]))).toContain(
      `[{${ID},"id":"1","appTags@odata.count":1,"appTags":[{"@odata.id":"AppTags(tenantId='t',appId='1',tag='x')","tag":"x"}]}]`,
    );
    expect(body(planOf(apps, ['id'], [expand(false)]), page([resultRow(apps, app)]))).toContain(
      `[{${ID},"id":"1","appTags":[]}]`,
    );
    expect(body(planOf(apps, ['id'], [expand(false, true)]), page([row]))).toContain(
      `[{${ID},"id":"1","appTags@odata.count":1}]`,
    );
  });

  it('stand after all stored properties of a whole row', () => {
    const row = resultRow(apps, app, { appTags: page([tagRow]) });
    const { value } = JSON.parse(body(planOf(apps, undefined, [expand(false)]), page([row]))) as {
      value: Record<string, unknown>[];
    };
    expect(value[0]).toMatchObject({ displayName: app.displayName, domains: [], appTags: [{ tag: 'x' }] });
  });

  it('to one entity are that entity or null', () => {
    const navigation = tags.type.navigationProperty('app')!;
    const one: ExpandPlan = { navigation, rows: planOf(apps, ['id']), countOnly: false };
    const known = resultRow(tags, { tag: 'x' }, { app: page([resultRow(apps, app)]) });
    const rows = page([known, resultRow(tags, { tag: 'y' })]);
    expect(body(planOf(tags, ['tag'], [one]), rows, { metadata: 'none' })).toContain(
      '[{"tag":"x","app":{"id":"1"}},{"tag":"y","app":null}]',
    );
  });
});

describe('an entity (JSON Format 6)', () => {
  const row = resultRow(tenants, { id: 'a', displayName: 'Contoso' });
  const chosen = (names: string[]): RowsPlan => planOf(tenants, names);

  it('holds the context as its first member', () => {
    expect(entityJson(chosen(['id', 'displayName']), row, style).toString()).toBe(
      '{"@odata.context":"http://localhost:4004/odata/$metadata#Tenants(id,displayName)/$entity","id":"a","displayName":"Contoso"}',
    );
    const none: Partial<RowStyle> = { metadata: 'none' };
    expect(entityJson(chosen(['id']), row, { ...style, ...none }).toString()).toBe('{"id":"a"}');
  });

  it('is still JSON when every selected property is null and left out', () => {
    const text = entityJson(chosen(['domain']), row, { ...style, omitNulls: true }).toString();
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });
});
