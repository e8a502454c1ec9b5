/** The real server over a tenant that it has never seen: real HTTP in front and behind, a data folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load-config.js';
import type { Settings } from '../../src/config/settings.js';
import { createLog } from '../../src/observe/log.js';
import { observers, type Observation } from '../../src/observe/observation.js';
import {
  startSampleTenant,
  type RunningSampleTenant,
  type StartOptions,
} from '../../src/sample-tenant/start-sample-tenant.js';
import { startServer, type RunningServer } from '../../src/server.js';
import type { Store } from '../../src/store/store.js';
import { exactJson } from './usage-rows.js';
import { readUrl, type ReadOptions, type WireAnswer } from './read-url.js';

/** What a feed is started with. */
export interface FeedOptions {
  readonly sample: StartOptions & { readonly today: Date };
  /** Settings beyond the tenant's own, by the names of their environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** What no environment variable can say. */
  readonly settings?: Partial<Settings>;
}

/** The body of a page. */
export interface PageBody {
  readonly '@odata.context': string;
  readonly '@odata.count'?: number;
  readonly '@odata.nextLink'?: string;
  readonly value: readonly Record<string, unknown>[];
}

/** A poll once a year at most: tests refresh when they mean to. */
const ALMOST_NEVER = '0 0 1 1 *';

/** A feed that has polled once. */
export class RunningFeed {
  readonly observed: Observation[] = [];
  /** Every line of the log, debug ones too. */
  readonly logLines: string[] = [];
  #server!: RunningServer;

  private constructor(
    readonly sample: RunningSampleTenant,
    /** Its DATA_DIR. */
    readonly folder: string,
    private readonly options: FeedOptions,
  ) {}

  /** Starts tenant and server, and waits for the end of the first poll. */
  static async start(options: FeedOptions): Promise<RunningFeed> {
    const sample = await startSampleTenant(options.sample);
    const folder = await mkdtemp(join(tmpdir(), 'feed-'));
    const feed = new RunningFeed(sample, folder, options);
    try {
      await feed.#listen('0');
    } catch (thrown) {
      await sample.close();
      await rm(folder, { recursive: true, force: true });
      throw thrown;
    }
    await feed.refresh();
    return feed;
  }

  /** `http://localhost:<port>` */
  get origin(): string {
    return new URL(this.#server.url).origin;
  }

  /** The store of the server that is running. */
  get store(): Store {
    return this.#server.store;
  }

  /** One run of the poller, or the end of the one under way. */
  async refresh(): Promise<void> {
    await this.#server.schedule.runNow('command');
    const last = this.observed.findLast(({ kind }) => kind === 'refreshEnded');
    if (last?.kind !== 'refreshEnded' || last.status !== 'succeeded')
      throw new Error(`The refresh did not succeed: ${JSON.stringify(last)}`);
  }

  /** Stops the server and starts it again: same folder, same port. */
  async restart(): Promise<void> {
    const { port } = new URL(this.#server.url);
    await this.#server.stop('restart');
    await this.#listen(port);
  }

  async close(): Promise<void> {
    await this.#server.stop('end of test');
    await this.sample.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** @param url a path on this server, or an absolute URL such as a nextLink */
  read(url: string, options: ReadOptions = {}): Promise<WireAnswer> {
    return readUrl(url.startsWith('/') ? `${this.origin}${url}` : url, options);
  }

  /** The pages of a read, the first included; `visit` sees every answer, and what it returns is the next URL. */
  async pages(
    url: string,
    headers: Readonly<Record<string, string>> = {},
    visit: (answer: WireAnswer, next: string | undefined) => unknown = () => undefined,
  ): Promise<PageBody[]> {
    const bodies: PageBody[] = [];
    for (let next: string | undefined = url; next !== undefined;) {
      const answer = await this.read(next, { headers });
      if (answer.status !== 200) throw new Error(`${next} was answered ${answer.status}: ${answer.text}`);
      const body = exactJson(answer.text) as PageBody;
      bodies.push(body);
      next = body['@odata.nextLink'];
      const instead = await visit(answer, next);
      if (typeof instead === 'string') next = instead;
    }
    return bodies;
  }

  async #listen(port: string): Promise<void> {
    const { credentials, authorityHost, graphBaseUrl } = this.sample;
    const settings = loadConfig({
      env: {
        AZURE_TENANT_ID: credentials.tenantId,
        AZURE_CLIENT_ID: credentials.clientId,
        AZURE_CLIENT_SECRET: credentials.clientSecret,
        AZURE_AUTHORITY_HOST: authorityHost,
        GRAPH_BASE_URL: graphBaseUrl,
        DATA_DIR: this.folder,
        POLL_CRON: ALMOST_NEVER,
        ...this.options.env,
        PORT: port,
      },
    });
    const log = createLog('trace', { write: (line) => void this.logLines.push(line) });
    const observe = observers(log, (observation) => this.observed.push(observation));
    this.#server = await startServer({ ...settings, ...this.options.settings }, observe);
  }
}

/** All rows of several pages. */
export function rowsOf(pages: readonly PageBody[]): Record<string, unknown>[] {
  return pages.flatMap(({ value }) => value);
}
