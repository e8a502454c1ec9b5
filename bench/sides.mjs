/** All servers of a run, each a process of its own, and how each is spoken to. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.mjs';
import { Client } from './client.mjs';

const KEY = { 'x-api-key': 'bench-key' };
/** Peers, by side: the script, and whether it is one of those that a bench without its own packages lacks. */
const PEERS = { natural: 'natural.cjs', cap: 'cap.mjs' };
/** odata-v4-server takes 9 s and 2.7 GB for one import of 30,000 rows: above this it is left out. */
const MOST_ROWS_OF_NATURAL = 5000;

export class Sides {
  #children = [];
  #clients = new Map();
  #limitPaths = new Map();
  #revision = 0;

  static async start(rows, { peers, say }) {
    const sides = new Sides();
    sides.rows = rows;
    sides.limit = await sides.#add('limit', 'limit.mjs', { rows });
    await sides.#add('hand', 'hand.mjs', { rows });
    await sides.#startOurs(rows);
    for (const [side, script] of Object.entries(peers ? PEERS : {})) {
      if (side === 'natural' && rows > MOST_ROWS_OF_NATURAL) continue;
      await sides.#add(side, script, { rows }).catch((error) => {
        say(`${side} is left out: ${error.message.split('\n')[0]} (npm ci in bench/ installs it)`);
      });
    }
    return sides;
  }

  async #add(side, script, options) {
    const child = await Child.start(script, options);
    this.#children.push(child);
    this.#clients.set(side, new Client(child.url));
    return child;
  }

  async #startOurs(rows) {
    const ours = await startOurs(rows);
    this.upstream = ours.upstream;
    this.ours = ours.server;
    this.dataDir = ours.dataDir;
    this.#children.push(ours.upstream, ours.server);
    const client = new Client(ours.server.url, KEY);
    this.#clients.set('ours', client);
    this.#clients.set('bare', client);
  }

  /** The sides that can do a work, in an order that is the same for all: [side, client]. */
  of(paths, limits = {}) {
    const entries = Object.entries(limits).flatMap(([side, capture]) =>
      this.#limitPaths.has(capture) ? [[side, this.#clients.get('limit')]] : [],
    );
    for (const [side, client] of this.#clients)
      if (side !== 'limit' && paths[side] !== undefined) entries.push([side, client]);
    return entries;
  }

  /** The limit sends exactly the bytes that ours answered, its links pointing to itself. */
  async captureLimit(work, side, pages) {
    if (side !== 'ours' && side !== 'bare') return;
    const from = new URL(this.ours.url).origin;
    const to = new URL(this.limit.url).origin;
    const own = (text) => text.replaceAll(from, to);
    const prefixed = (path) => `/${work}-${side}${path}`;
    const linked = (text) =>
      own(text).replaceAll(`"@odata.nextLink":"${to}`, `"@odata.nextLink":"${to}/${work}-${side}`);
    await this.limit.ask(
      'prepare',
      pages.map(({ path, text }) => ({ path: prefixed(path), text: linked(text) })),
    );
    this.#limitPaths.set(`${work}/${side}`, prefixed(pages[0].path));
  }

  limitPath(side, work) {
    return { limit: this.#limitPaths.get(`${work}/ours`), bareLimit: this.#limitPaths.get(`${work}/bare`) }[
      side
    ];
  }

  client(side) {
    return this.#clients.get(side);
  }

  /** A refresh in which one row of ten is new; what is left is the first request after the publish. */
  async refresh() {
    await this.upstream.ask('revise', ++this.#revision % 7);
    await this.ours.ask('refresh');
    // Back to what the generator says, for the next check.
  }

  async end() {
    await Promise.all([...new Set(this.#clients.values())].map((client) => client.close()));
    await Promise.all(this.#children.map((child) => child.end()));
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** Ours with an upstream of its own, polled once. */
export async function startOurs(rows, more = {}) {
  const upstream = await Child.start('upstream.mjs', { rows, execArgv: ['--max-old-space-size=4096'] });
  const dataDir = more.dataDir ?? (await mkdtemp(join(tmpdir(), 'bench-')));
  const env = { ...(await upstream.ask('settings')), DATA_DIR: dataDir };
  const server = await Child.start('ours.mjs', { rows, env, execArgv: more.execArgv ?? [] });
  await server.ask('refresh');
  return { upstream, server, dataDir, env };
}

export { Client, KEY };
