/** The product as a process of its own, over a sample tenant in this one: what is killed, stopped and measured. */
import { spawn, type ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { readUrl, type ReadOptions, type WireAnswer } from '../feed/read-url.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const DAY_MS = 86_400_000;

/** How a server is started. */
export interface ServedOptions {
  readonly apps: number;
  readonly seed: number;
  /** Settings, by the names of their environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** A module beside this one that runs before the product does. */
  readonly preload?: 'leak' | 'failing' | 'jumping-clock' | undefined;
}

/** A served feed; its upstream moves on by a day as each run begins, so that each generation is one day's. */
export class ServedFeed {
  refreshes = 0;
  generations = 0;
  /** What the log told that should not happen. */
  readonly problems: string[] = [];
  url = '';
  #child!: ChildProcess;
  #exit!: Promise<[number | null, string | null]>;
  #metricsPort = 0;
  #day = new Date('2026-03-02T12:00:00Z');
  #waiting: (() => void)[] = [];

  private constructor(
    readonly sample: RunningSampleTenant,
    readonly dataDir: string,
    private readonly options: ServedOptions,
  ) {}

  /** Starts tenant and server; resolves when the first run has ended. */
  static async start(options: ServedOptions): Promise<ServedFeed> {
    const { apps, seed } = options;
    const sample = await startSampleTenant({ apps, seed, today: new Date('2026-03-02T12:00:00Z') });
    const feed = new ServedFeed(sample, await mkdtemp(join(tmpdir(), 'feed-bar-')), options);
    subscribe('http.server.request.start', feed.#moveOn);
    try {
      await feed.launch();
      while (feed.refreshes === 0) await feed.event();
    } catch (error) {
      await feed.close();
      throw error;
    }
    return feed;
  }

  /** Starts the process; resolves when it listens, with the milliseconds until it was ready. */
  async launch(): Promise<void> {
    const { PATH, Path, SystemRoot, TEMP, TMP } = process.env;
    const { credentials, authorityHost, graphBaseUrl } = this.sample;
    const port = this.url === '' ? '0' : new URL(this.url).port;
    const { preload } = this.options;
    const imports = preload === undefined ? [] : ['--import', pathToFileURL(here(`./${preload}.js`)).href];
    const env = {
      ...{ PATH, Path, SystemRoot, TEMP, TMP },
      AZURE_TENANT_ID: credentials.tenantId,
      AZURE_CLIENT_ID: credentials.clientId,
      AZURE_CLIENT_SECRET: credentials.clientSecret,
      AZURE_AUTHORITY_HOST: authorityHost,
      GRAPH_BASE_URL: graphBaseUrl,
      PERIODS: 'P90D',
      POLL_CRON: '0 0 1 1 *',
      DATA_DIR: this.dataDir,
      METRICS_PORT: String((this.#metricsPort ||= await freePort())),
      ...this.options.env,
      PORT: port,
    };
    this.#child = spawn(process.execPath, [...imports, here('../../src/main.js'), 'serve'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    });
    this.#exit = once(this.#child, 'exit') as Promise<[number | null, string | null]>;
    let listens = false;
    createInterface({ input: this.#child.stderr! }).on('line', (line) => {
      listens = this.#hear(line) || listens;
    });
    const ended = this.#exit.then(([code]) => code);
    while (!listens) {
      const code = await Promise.race([this.event(), ended]);
      if (code !== undefined) throw new Error(`The server ended with ${code}: ${this.problems.join('\n')}`);
    }
  }

  /** The next line of the log. */
  event(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get today(): Date {
    return this.#day;
  }

  /** Sends a signal. @returns exit code and signal */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<[number | null, string | null]> {
    this.#child.kill(signal);
    return this.#exit;
  }

  /** @param path below the service root, or an absolute URL */
  read(path: string, options?: ReadOptions): Promise<WireAnswer> {
    const absolute = path.startsWith('http') ? path : `${this.url}${path}`;
    return readUrl(absolute.replace('//localhost:', '//127.0.0.1:'), options);
  }

  async isReady(): Promise<boolean> {
    const answer = await readUrl(`${new URL(this.url).origin}/ready`).catch(() => undefined);
    return answer?.status === 200;
  }

  /** One sample of a metric, without labels. */
  async metric(name: string): Promise<number> {
    const { text } = await readUrl(`http://127.0.0.1:${this.#metricsPort}/metrics`);
    return Number(new RegExp(`^(?:discovery_feed_)?${name} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  /** The most memory that the process has had resident, in MB; where the system does not tell, what it has now. */
  async peakMegabytes(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8').catch(() => '');
    const peak = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
    return Number.isNaN(peak) ? (await this.metric('process_resident_memory_bytes')) / 1024 / 1024 : peak;
  }

  async close(): Promise<void> {
    unsubscribe('http.server.request.start', this.#moveOn);
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.end('SIGKILL');
    await this.sample.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** A run begins with the list of streams; the channel tells of the request before anything has answered it. */
  readonly #moveOn = (message: unknown): void => {
    const { request, server } = message as { request: IncomingMessage; server: unknown };
    if (server === undefined || !/\/uploadedStreams(\?|$)/.test(request.url ?? '')) return;
    this.#day = new Date(this.#day.getTime() + DAY_MS);
    this.sample.setToday(this.#day);
  };

  /** @returns whether the line says that the server listens */
  #hear(line: string): boolean {
    const entry = (line.startsWith('{') ? JSON.parse(line) : { level: 50, msg: line }) as {
      level: number;
      msg: string;
      event?: string;
      url?: string;
    };
    if (entry.event === 'serverStarted') this.url = entry.url ?? '';
    if (entry.event === 'generationPublished') this.generations += 1;
    if (entry.event === 'refreshEnded') this.refreshes += 1;
    if (entry.level >= 50) this.problems.push(entry.msg);
    for (const resolve of this.#waiting.splice(0)) resolve();
    return entry.event === 'serverStarted';
  }
}

/** A port that nobody has right now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
