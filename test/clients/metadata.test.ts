import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import csdl from 'odata-csdl/lib/xml2json.js';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ENTITY_SETS } from '../../src/model/catalog.js';
import { NAMESPACE } from '../../src/model/namespace.js';
import { keysOf, risky, serveFeed, type Row, type ServedFeed } from './served-feed.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
/** Generating and compiling a client is quick, unless the machine is busy with the other tests. */
const WITHIN_MS = 300_000;

let feed: ServedFeed;
let folder: string;
beforeAll(async () => {
  feed = await serveFeed();
  folder = await mkdtemp(join(tmpdir(), 'discovery-feed-client-'));
});
afterAll(async () => {
  await feed.close();
  await rm(folder, { recursive: true, force: true });
});

describe('odata-csdl 0.11 (OASIS)', () => {
  it('converts $metadata to CSDL JSON without a message, nothing lost', () => {
    const messages: unknown[] = [];
    const document = csdl.xml2json(feed.metadataXml, { messages, strict: true });
    expect(messages).toEqual([]);
    const schema = document[NAMESPACE] as Record<string, Record<string, unknown>>;
    for (const { name, type } of ENTITY_SETS) {
      expect(schema.Container![name]).toMatchObject({
        $Collection: true,
        $Type: `${NAMESPACE}.${type.name}`,
      });
      expect(schema[type.name]).toMatchObject({ $Kind: 'EntityType', $Key: type.key });
      const members = [...type.properties, ...type.navigation].map((property) => property.name);
      expect(Object.keys(schema[type.name]!)).toEqual(expect.arrayContaining(members));
    }
  });
});

const PROGRAM = `
import { FetchClient } from '@odata2ts/http-client-fetch';
import { DefenderDiscoveryFeedService } from './generated/DefenderDiscoveryFeedService';

async function main(): Promise<void> {
  const service = new DefenderDiscoveryFeedService(new FetchClient(), process.argv[2]!);
  const found = await service
    .DiscoveredApps()
    .query((query, app) => query.select('streamId', 'id', 'riskScore').filter(app.riskScore.le(3)).count().top(500));
  const score: number | null | undefined = found.data.value[0]?.riskScore;
  const { tenantId, streamId, id } = (await service.DiscoveredApps().query((query) => query.top(1))).data.value[0]!;
  const one = await service.DiscoveredApps({ tenantId, streamId, id }).query();
  console.log(JSON.stringify({ found: found.data, score, one: one.data }));
}

void main();
`;

describe('@odata2ts/odata2ts 0.34', () => {
  it(
    'generates a typed client from $metadata; it compiles under strict, filters, counts and gets an entity by key over HTTP',
    async () => {
      await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
      const compilerOptions = {
        target: 'es2022',
        module: 'commonjs',
        moduleResolution: 'node10',
        strict: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: true,
        types: ['node'],
        outDir: 'out',
      };
      const files = {
        'package.json': '{"type":"commonjs"}',
        'tsconfig.json': JSON.stringify({ compilerOptions, include: ['generated', 'read.ts'] }),
        'metadata.xml': feed.metadataXml,
        'read.ts': PROGRAM,
      };
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      const node = (script: string, ...more: string[]) =>
        run(process.execPath, [script, ...more], { cwd: folder, env: {} });
      const generator = join(ROOT, 'node_modules/@odata2ts/odata2ts/lib/run-cli.js');
      await node(generator, '--source', 'metadata.xml', '--output', 'generated', '--emit-mode', 'ts');
      const compiled = await node(join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.').catch(
        (thrown: unknown) => thrown as { stdout: string },
      );
      expect(compiled.stdout).toBe('');
      const { stdout } = await node(join(folder, 'out/read.js'), feed.root.slice(0, -1));
      const said = JSON.parse(stdout) as {
        found: { value: Row[]; '@odata.count': number };
        score: number;
        one: Row;
      };
      const expected = risky(feed.apps);
      expect(said.found['@odata.count']).toBe(expected.length);
      expect(keysOf(said.found.value)).toEqual(keysOf(expected.slice(0, said.found.value.length)));
      expect(said.found.value.length).toBeGreaterThan(0);
      expect(said.score).toBe(expected[0]!.riskScore);
      expect(said.one).toMatchObject(feed.apps[0]!);
    },
    WITHIN_MS,
  );
});
