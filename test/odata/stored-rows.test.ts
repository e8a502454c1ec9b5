/** Pages of whole rows, as the blocks of memory hold them: the same bytes as row by row, and one gzip member. */
import { execFileSync } from 'node:child_process';
import { get, request as httpRequest } from 'node:http';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setOf } from '../../src/model/catalog.js';
import { EVERYTHING } from '../../src/model/grants.js';
import { writeRow } from '../../src/model/row-json.js';
import { gzipMember } from '../../src/odata/gzip-member.js';
import { collectionJson } from '../../src/odata/json-writer.js';
import { bytesOf, type Piece } from '../../src/odata/pieces.js';
import { understand } from '../../src/query/read-request.js';
import { MemorySnapshot } from '../../src/store/memory/snapshot.js';
import { TableBuilder } from '../../src/store/memory/table-builder.js';
import type { Table } from '../../src/store/memory/table.js';
import type { Page, Position } from '../../src/store/store.js';
import { rowOf } from '../store/memory/tables.js';
import { readUrl } from '../feed/read-url.js';
import { startSmallFeed, type SmallFeed } from './small-feed.js';

const set = setOf('DiscoveredApps');
const STYLE = {
  root: 'http://localhost/odata/',
  metadata: 'minimal',
  at: '@odata.',
  ieee754Compatible: false,
  omitNulls: false,
} as const;

/** Rows of one stream, with texts of one to four bytes a character and of very different lengths. */
const rowsOf = (tenantId: string, streamId: string, count: number) =>
  Array.from({ length: count }, (_, at) =>
    rowOf('DiscoveredApps', {
      tenantId,
      streamId,
      id: String(at).padStart(5, '0'),
      displayName: `App ${at} “é” 📦`,
      description: at % 5 === 0 ? null : 'ü, "quoted" \\ 漢字 '.repeat((at * 13) % 60),
      userCount: at % 3 === 0 ? 9007199254740993n : at,
      domains: at % 4 === 0 ? [] : [`${at}.example`, '*.例え'],
    }),
  );

const fileOf = (rows: ReturnType<typeof rowsOf>) =>
  Buffer.from(rows.map((row) => `${writeRow(set.type, row)}\n`).join(''));

/** The same rows as a model of before had them: without a property, and with one that is gone. */
const earlierFileOf = (rows: ReturnType<typeof rowsOf>) =>
  Buffer.from(
    rows
      .map(({ isUnsanctioned: _, ...row }) => ({ ...row, userCount: 1, gone: 'x' }))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(''),
  );

async function tableOf(...files: readonly Buffer[]): Promise<Table> {
  const builder = new TableBuilder(set);
  for (const file of files) builder.addRowFile(file);
  const table = builder.build();
  await builder.settled(0);
  return table;
}

function planOf(query: string, pageSize: number) {
  const understood = understand('/DiscoveredApps', query, { pageSize, now: 0, grants: EVERYTHING });
  if (understood.kind !== 'collection') throw new Error('no collection');
  return understood.plan;
}

/** A page as it was always written: row by row. */
function rowByRow(page: Page, nextLink: string | undefined): string {
  const tail = nextLink === undefined ? '' : `,"@odata.nextLink":"${nextLink}"`;
  const rows = page.rows.map(({ json }) => Buffer.from(json).toString()).join(',');
  return `{"@odata.context":"http://localhost/odata/$metadata#DiscoveredApps","value":[${rows}]${tail}}`;
}

async function packed(pieces: Iterable<Piece>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of gzipMember(pieces)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes of the deflate stream behind the ten of the header: where it ends, eight are left. */
function streamBytes(member: Buffer): number {
  const { engine } = inflateRawSync(member.subarray(10), { info: true }) as unknown as {
    engine: { bytesWritten: number };
  };
  return engine.bytesWritten;
}

const tables = {
  'one partition': () => tableOf(fileOf(rowsOf('a', 's', 2_000))),
  'several tenants and streams': () =>
    tableOf(fileOf(rowsOf('a', 's', 700)), fileOf(rowsOf('a', 't', 1)), fileOf(rowsOf('b', 's', 800))),
  'partitions in another order than their keys': () =>
    tableOf(fileOf(rowsOf('b', 's', 700)), fileOf(rowsOf('a', 's', 900)), fileOf(rowsOf('a', 't', 300))),
  'rows of an earlier model': () =>
    tableOf(earlierFileOf(rowsOf('a', 's', 500)), fileOf(rowsOf('a', 't', 500))),
  'a granted tenant': async () => {
    const whole = await tableOf(fileOf(rowsOf('a', 's', 900)), fileOf(rowsOf('b', 's', 900)));
    return whole.part(
      set,
      Uint32Array.from({ length: 900 }, (_, at) => 900 + at),
    );
  },
  'every other row granted': async () => {
    const whole = await tableOf(fileOf(rowsOf('a', 's', 900)));
    return whole.part(
      set,
      Uint32Array.from({ length: 450 }, (_, at) => at * 2),
    );
  },
  'one row': () => tableOf(fileOf(rowsOf('a', 's', 1))),
  'no rows': () => tableOf(),
};

describe.each(Object.entries(tables))('A page of whole rows: %s', (_title, make) => {
  let snapshot: MemorySnapshot;
  beforeAll(async () => {
    snapshot = new MemorySnapshot(new Map([['DiscoveredApps', await make()]]));
  });

  it.each([
    ['', 5_000],
    ['', 997],
    ['', 333],
    ['', 1],
    ['$skip=57&$top=640', 500],
    ['$filter=userCount ne 7', 5_000],
    ['$orderby=displayName desc', 400],
  ])('is the same as row by row, page by page: %s, %d rows a page', async (query, pageSize) => {
    const plan = planOf(encodeURI(query), pageSize);
    let after: Position | undefined;
    for (let pages = 0; pages < 6; pages++) {
      const page = snapshot.execute(plan, after);
      const link = page.next && 'http://localhost/next';
      const expected = rowByRow(page, link);
      const body = () => collectionJson(plan, page, STYLE, link);
      expect(Buffer.concat([...body()].map(bytesOf)).toString()).toBe(expected);
      const member = await packed(body());
      expect(gunzipSync(member).toString()).toBe(expected);
      expect(streamBytes(member)).toBe(member.length - 18);
      after = page.next;
      if (after === undefined) break;
    }
  });
});

describe('Blocks that are sent as they are', () => {
  it('are most of a large page', async () => {
    const snapshot = new MemorySnapshot(new Map([['DiscoveredApps', await tables['one partition']()]]));
    const plan = planOf('', 1_500);
    const pieces = [...collectionJson(plan, snapshot.execute(plan), STYLE, 'next')];
    const whole = pieces.filter((piece) => 'deflated' in piece);
    const bytes = (some: readonly Piece[]) => some.reduce((sum, { length }) => sum + length, 0);
    expect(bytes(whole)).toBeGreaterThan(bytes(pieces) * 0.9);
    const member = await packed(pieces);
    for (const { deflated } of whole) expect(member.includes(Buffer.from(deflated))).toBe(true);
  });

  it('leave from where they lie, and are not copied', async () => {
    const snapshot = new MemorySnapshot(new Map([['DiscoveredApps', await tables['one partition']()]]));
    const plan = planOf('', 1_500);
    const pieces = [...collectionJson(plan, snapshot.execute(plan), STYLE, 'next')];
    const blocks = pieces.flatMap((piece) => ('deflated' in piece ? [piece.deflated.buffer] : []));
    const sent = new Set<ArrayBufferLike>();
    for await (const { buffer } of gzipMember(pieces)) sent.add(buffer);
    expect(blocks.length).toBeGreaterThan(5);
    expect(blocks.filter((block) => !sent.has(block))).toEqual([]);
  });

  it('are read by inflaters of others, where there are some', async () => {
    const snapshot = new MemorySnapshot(new Map([['DiscoveredApps', await tables['one partition']()]]));
    const plan = planOf('', 1_500);
    const page = snapshot.execute(plan);
    const member = await packed(collectionJson(plan, page, STYLE, undefined));
    for (const [command, ...args] of [
      ['gzip', '-dc'],
      ['python3', '-c', 'import sys,gzip; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))'],
    ])
      expect([command, unpacked(command!, args, member) ?? rowByRow(page, undefined)]).toEqual([
        command,
        rowByRow(page, undefined),
      ]);
  });

  it('are never sent of rows whose other properties are hidden', async () => {
    const whole = await tables['one partition']();
    const properties = set.type.properties.filter(({ name }) => name !== 'description');
    const narrow = { ...set, type: { ...set.type, properties } };
    const part = whole.part(
      narrow,
      Uint32Array.from({ length: whole.rows }, (_, at) => at),
    );
    const rows = Uint32Array.from({ length: whole.rows }, (_, at) => at);
    expect([...whole.packed(rows)].length).toBeGreaterThan(0);
    expect([...part.packed(rows)]).toEqual([]);
  });
});

it('Ids that must be encoded stand in a selection as in a link', async () => {
  const ids = ['%', 'a', 'a b', "a'b", 'a-b_c.d', 'a/b', 'é', '😀'];
  const [row] = rowsOf('a t', 's', 1);
  const table = await tableOf(fileOf(ids.map((id) => ({ ...row!, id }))));
  const plan = planOf('$select=userCount', 100);
  const page = new MemorySnapshot(new Map([['DiscoveredApps', table]])).execute(plan);
  const text = Buffer.concat([...collectionJson(plan, page, STYLE, undefined)].map(bytesOf)).toString();
  const { value } = JSON.parse(text) as { value: Record<string, unknown>[] };
  const quoted = (id: string) => encodeURIComponent(id).replaceAll("'", "''");
  expect(value.map((entity) => entity['@odata.id'])).toEqual(
    ids.map((id) => `DiscoveredApps(tenantId='a%20t',streamId='s',id='${quoted(id)}')`),
  );
});

/** What a program on this machine makes of it; `undefined` when there is no such program. */
function unpacked(command: string, args: readonly string[], input: Buffer): string | undefined {
  try {
    return execFileSync(command, args, { input, maxBuffer: 1e9 }).toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Bodies of less than a megabyte, and of more. */
const SELECTIONS = ['id,description', 'id,description,domains', 'id,displayName'];

describe('Over HTTP', () => {
  let feed: SmallFeed;
  beforeAll(async () => {
    feed = await startSmallFeed({
      pageSize: 2_000,
      maxPageSize: 5_000,
      rows: { DiscoveredApps: rowsOf('contoso', 's1', 5_000) },
    });
  });
  afterAll(() => feed.close());

  /** @returns the body as it came, and whether it is put together from pieces that were compressed each by itself */
  function bodyOf(coding: string, query = '', method = 'GET') {
    return new Promise<{ body: Buffer; isOurs: boolean; headers: Record<string, unknown> }>(
      (resolve, reject) => {
        const url = `${feed.root}DiscoveredApps${query}`;
        httpRequest(url, { method, headers: { 'Accept-Encoding': coding }, agent: false }, (message) => {
          const pieces: Buffer[] = [];
          message.on('data', (piece: Buffer) => pieces.push(piece));
          message.once('error', reject);
          message.once('end', () => {
            const body = Buffer.concat(pieces);
            resolve({ body, isOurs: body[9] === 0xff, headers: message.headers });
          });
        }).end();
      },
    );
  }

  it.each([
    ['', true],
    ['?$count=true', true],
    ['?$top=1500&$skip=11', true],
    ["?$filter=streamId%20eq%20's1'", true],
    ['?$format=application/json;odata.metadata=none', true],
    ['?$format=application/json;odata.metadata=full', true],
    ['?$format=application/json;IEEE754Compatible=true', true],
    ['?$select=id,displayName', false],
    ['?$select=*', true],
    ['?$expand=stream', true],
    ['?$compute=userCount%20add%201%20as%20more&$select=*', true],
  ])('gzip, deflate and identity say the same: %s', async (query, isOurs) => {
    const plain = (await bodyOf('identity', query)).body.toString();
    const gzip = await bodyOf('gzip', query);
    expect(gunzipSync(gzip.body).toString()).toBe(plain);
    expect(gzip.isOurs).toBe(isOurs);
    expect(gzip.headers['content-encoding']).toBe('gzip');
    const { text } = await readUrl(`${feed.root}DiscoveredApps${query}`, {
      headers: { 'Accept-Encoding': 'deflate' },
    });
    expect(text).not.toBe(plain);
    expect((JSON.parse(plain) as { value: unknown[] }).value.length).toBeGreaterThan(1_000);
  });

  it('many at once, again and again, are each what it is alone', async () => {
    const queries = Array.from(
      { length: 24 },
      (_, at) =>
        `?$filter=userCount%20ne%20${at}&$skip=${at * 37}&$select=${SELECTIONS[at % SELECTIONS.length]}`,
    );
    const alone: string[] = [];
    for (const query of queries) alone.push((await bodyOf('identity', query)).body.toString());
    for (let time = 0; time < 3; time++) {
      const other = queries.map((query) => `${query}&$top=${4_000 - time}`);
      const all = await Promise.all(other.map((query) => bodyOf('gzip', query)));
      const rows = (text: string) => (JSON.parse(text) as { value: unknown[] }).value;
      all.forEach(({ body }, at) => {
        expect(rows(gunzipSync(body).toString()).slice(0, 2_000)).toEqual(rows(alone[at] ?? ''));
      });
    }
  });

  it('HEAD has the head and no body', async () => {
    const { body, headers } = await bodyOf('gzip', '', 'HEAD');
    expect([body.length, headers['content-encoding']]).toEqual([0, 'gzip']);
  });

  it('a client that leaves in the middle is no failure of ours', async () => {
    await new Promise<void>((resolve) => {
      get(`${feed.root}DiscoveredApps`, { headers: { 'Accept-Encoding': 'gzip' } }, (message) => {
        message.once('data', () => message.destroy());
        message.once('close', resolve);
      });
    });
    expect((await bodyOf('gzip')).isOurs).toBe(true);
    expect(feed.observed.filter(({ kind }) => kind === 'requestFailed')).toEqual([]);
  });
});
