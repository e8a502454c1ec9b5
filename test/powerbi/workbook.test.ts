import { describe, expect, it } from '@jest/globals';
import { DefaultSettings, TaskUtils } from '@microsoft/powerquery-parser';
import { DiscoveredApp } from '../../src/model/discovered-app.js';
import { readDataMashup, writeDataMashup } from '../../src/powerbi/data-mashup.js';
import { mText } from '../../src/powerbi/m-query.js';
import { pbidsText } from '../../src/powerbi/pbids.js';
import { workbookBytes } from '../../src/powerbi/workbook.js';
import { openWorkbook } from './open-workbook.js';

const ROOT = 'https://feed.example/shadow%20it/odata/';

async function parses(m: string): Promise<boolean> {
  return TaskUtils.isParseStageOk(await TaskUtils.tryLexParse(DefaultSettings, m));
}

describe('the workbook', () => {
  it('holds the query with the address of this feed, as M that parses', async () => {
    const { section } = await openWorkbook(await workbookBytes(ROOT, 'api-token'));
    expect(section).toContain(`OData.Feed("${ROOT}", null, [`);
    expect(section).toContain('ApiKeyName = "api-token"');
    expect(section).toContain('shared #"DiscoveredApps" =');
    expect(await parses(section)).toBe(true);
    expect(await parses(section.replace('Source =', 'Source'))).toBe(false);
  });

  it('shows an empty table with the column names that the query fills, ready for a PivotTable', async () => {
    const { parts, metadata } = await openWorkbook(await workbookBytes(ROOT, 'key'));
    // The query says which table it fills.
    expect(metadata).toContain('<Entry Type="FillTarget" Value="sDiscoveredApps"/>');
    expect(metadata).toMatch(/^<\?xml[\s\S]*<\/LocalPackageMetadataFile>$/);
    const table = parts.get('xl/tables/table1.xml') ?? '';
    const columns = [...table.matchAll(/<tableColumn [^>]*name="([^"]*)"/g)].map(([, name]) => name);
    const loadable = DiscoveredApp.properties.filter(({ collection }) => !collection);
    expect(columns).toEqual(loadable.map(({ name }) => name));
    expect(table).toContain('displayName="DiscoveredApps"');
    expect(parts.get('xl/workbook.xml')).toContain('<sheet name="DiscoveredApps"');
    expect(parts.get('xl/connections.xml')).toContain('refreshOnLoad="1"');
  });

  it('is the same bytes for the same address, whenever it is made, and tells nothing of where', async () => {
    const first = await workbookBytes(ROOT, 'key');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await workbookBytes(ROOT, 'key')).equals(first)).toBe(true);
    const { parts } = await openWorkbook(first);
    expect([...parts.values()].join('\n')).not.toMatch(/[A-Z]:\\|20\d\d-\d\d-\d\dT/);
  });

  it('keeps an address with quotes and escapes within its literal', async () => {
    const odd = 'https://feed.example/"&#(lf)x/odata/';
    const { section } = await openWorkbook(await workbookBytes(odd, 'key'));
    expect(section).toContain('OData.Feed("https://feed.example/""&#(#)(lf)x/odata/",');
    expect(await parses(section)).toBe(true);
  });
});

describe('M text', () => {
  it.each([
    ['plain', '"plain"'],
    ['a "b"', '"a ""b"""'],
    ['#(cr)', '"#(#)(cr)"'],
    ['a\nb\u0000', '"a#(000a)b#(0000)"'],
    ['# (', '"# ("'],
  ])('%j is %s', async (value, literal) => {
    expect(mText(value)).toBe(literal);
    expect(await parses(literal)).toBe(true);
  });
});

describe('a data mashup', () => {
  it('is written as it was read, and refused when a length lies', () => {
    const mashup = {
      version: 0,
      package: Buffer.from('zip'),
      permissions: Buffer.from(''),
      metadata: Buffer.from('m'),
      bindings: Buffer.from('rest'),
    };
    const bytes = writeDataMashup(mashup);
    expect(readDataMashup(bytes)).toEqual(mashup);
    bytes.writeInt32LE(1000, 4);
    expect(() => readDataMashup(bytes)).toThrow(RangeError);
  });
});

describe('.pbids', () => {
  it('names one OData connection, and no credential', () => {
    expect(JSON.parse(pbidsText(ROOT))).toEqual({
      version: '0.1',
      connections: [
        { details: { protocol: 'odata', address: { url: ROOT } }, options: {}, mode: 'Import' },
      ],
    });
  });
});
