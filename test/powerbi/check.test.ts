import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import JSZip from 'jszip';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFiles, type QueryLoads } from '../../scripts/powerbi-check/check-files.mjs';
import { setsOf } from '../../scripts/powerbi-check/feed-metadata.mjs';
import { FOLDED_REQUESTS } from '../../scripts/powerbi-check/folded-requests.mjs';
import { checkTable, replay } from '../../scripts/powerbi-check/replay.mjs';
import { CheckReport } from '../../scripts/powerbi-check/report-of-check.mjs';
import { generatedFiles } from '../../src/powerbi/generated-files.js';
import { filesBelow, ROOT } from '../docs/repository.js';
import { RunningFeed } from '../feed/running-feed.js';
import { SAMPLE } from '../feed/sample.js';
import { BROKEN } from './faults.js';

const schemas = process.env.PBI_SCHEMAS;

let feed: RunningFeed;
let metadata: string;
let files: ReadonlyMap<string, Buffer>;
beforeAll(async () => {
  feed = await RunningFeed.start({ sample: { ...SAMPLE, apps: 60 } });
  metadata = (await feed.read('/odata/$metadata')).text;
  files = new Map([...(await generatedFiles())].map(([path, content]) => [path, Buffer.from(content)]));
});
afterAll(() => feed.close());

async function faultsOf(changed: ReadonlyMap<string, Buffer>): Promise<readonly string[]> {
  return (await checkFiles(changed, { metadata, schemas })).report.faults;
}

/** The project with one file changed. */
function withFile(path: string, content: Buffer): ReadonlyMap<string, Buffer> {
  return new Map([...files, [path, content]]);
}

describe('powerbi/', () => {
  it('is what npm run powerbi:build writes, and nothing else but its README', () => {
    const there = filesBelow('powerbi', '').map((path) => path.slice('powerbi/'.length));
    expect(there.sort()).toEqual([...files.keys(), 'README.md'].sort());
    for (const [path, content] of files)
      expect({ path, same: readFileSync(join(ROOT, 'powerbi', path)).equals(content) }).toEqual({ path, same: true });
  });

  it('has no fault, and every kind of thing was looked at', async () => {
    const { report } = await checkFiles(files, { metadata, schemas });
    expect(report.faults).toEqual([]);
    const { counts } = report;
    expect(counts['M blocks']).toBe(28);
    expect(counts.pages).toBe(9);
    expect(counts.visuals).toBeGreaterThan(90);
    expect(counts['DAX expressions']).toBeGreaterThan(60);
    expect(counts['bound fields']).toBeGreaterThan(200);
    expect(counts['M column references']).toBeGreaterThan(300);
    expect(counts['JSON files']).toBeGreaterThan(120);
  });

  if (schemas === undefined) it.skip('against the schemas (needs PBI_SCHEMAS, a folder of them)', () => undefined);
  else
    it('keeps to Microsoft’s schemas in every JSON file that has one', async () => {
      const { counts } = (await checkFiles(files, { metadata, schemas })).report;
      // A .pbids file and the theme have none.
      expect(counts['JSON files against their schema']).toBe((counts['JSON files'] ?? 0) - 2);
    });
});

describe('the check says what is wrong with', () => {
  for (const { kind, file, from, to, fault, needsSchemas } of BROKEN) {
    if (needsSchemas === true && schemas === undefined) {
      it.skip(`${kind} (needs PBI_SCHEMAS)`, () => undefined);
      continue;
    }
    it(kind, async () => {
      const text = files.get(file)!.toString('utf8');
      const broken = text.replaceAll(typeof from === 'string' ? from : new RegExp(from, 'g'), () => to);
      expect(broken).not.toBe(text);
      expect(await faultsOf(withFile(file, Buffer.from(broken)))).toContainEqual(expect.stringMatching(fault));
    });
  }

  it('a file that is missing', async () => {
    const fewer = new Map(files);
    fewer.delete('ShadowIT.SemanticModel/definition/tables/Stream.tmdl');
    expect(await faultsOf(fewer)).toContainEqual(expect.stringMatching(/refers to the table Stream, which there is not/));
  });

  it('a feed that has lost a column', async () => {
    const less = metadata.replaceAll('Name="riskScore"', 'Name="riskGrade"');
    const { report } = await checkFiles(files, { metadata: less, schemas });
    expect(report.faults).toContainEqual(expect.stringMatching(/Apps\.pq: step Columns names the column riskScore/));
  });
});

describe('the check says what is wrong with a workbook', () => {
  const NAME = 'DiscoveredApps.xlsx';

  async function changed(path: string, change: (xml: string) => string): Promise<readonly string[]> {
    const zip = await JSZip.loadAsync(files.get(NAME)!);
    zip.file(path, change(await zip.file(path)!.async('string')));
    return faultsOf(withFile(NAME, await zip.generateAsync({ type: 'nodebuffer' })));
  }

  it('that is no zip', async () => {
    expect(await faultsOf(withFile(NAME, Buffer.from('no zip')))).toContainEqual(
      expect.stringMatching(/DiscoveredApps\.xlsx: cannot be read/),
    );
  });

  it('whose table has other columns than its query', async () => {
    const faults = await changed('xl/tables/table1.xml', (xml) => xml.replace('name="riskScore"', 'name="risk"'));
    expect(faults).toContainEqual(expect.stringMatching(/its table has the columns .*risk, /));
  });

  it('whose connection asks for another query', async () => {
    const faults = await changed('xl/connections.xml', (xml) => xml.replace('FROM [DiscoveredApps]', 'FROM [Apps]'));
    expect(faults).toContainEqual(expect.stringMatching(/does not ask for the query DiscoveredApps/));
  });

  it('whose query has lost its place', async () => {
    const zip = await JSZip.loadAsync(files.get(NAME)!);
    zip.remove('customXml/item1.xml');
    const faults = await faultsOf(withFile(NAME, await zip.generateAsync({ type: 'nodebuffer' })));
    expect(faults).toContainEqual(expect.stringMatching(/DiscoveredApps\.xlsx: cannot be read/));
  });
});

describe('the requests that the queries fold to', () => {
  let queries: readonly QueryLoads[];
  beforeAll(async () => {
    ({ queries } = await checkFiles(files, { metadata }));
  });

  it('are in the table, and are answered by the running feed to the last page', async () => {
    const report = new CheckReport();
    checkTable(queries, setsOf(metadata), report);
    await replay(`${feed.origin}/odata/`, report);
    expect(report.faults).toEqual([]);
    expect(report.counts['folded rows']).toBeGreaterThan(1000);
  });

  it('are missed when a query is new, and told when a query selects something else', () => {
    const report = new CheckReport();
    const [first, ...others] = queries;
    const news = [{ ...first!, columns: first!.columns.slice(1) }, { ...first!, path: 'table New' }, ...others.slice(1)];
    checkTable(news, setsOf(metadata), report);
    expect(report.faults).toContainEqual(expect.stringMatching(/table New: has no request/));
    expect(report.faults).toContainEqual(expect.stringMatching(/stands in the table as .*, but selects/));
    expect(report.faults).toContainEqual(expect.stringMatching(/and is no query/));
  });

  it('fail the replay when the feed refuses one', async () => {
    const report = new CheckReport();
    const [first] = FOLDED_REQUESTS;
    await replay(`${feed.origin}/odata/`, report, [{ request: `${first!.request},nothing` }]);
    expect(report.faults).toContainEqual(expect.stringMatching(/could not be read: status 400/));
  });
});
