/** The program as it is installed, serving a tenant that can be made to fail: what browsers visit. */
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import type { Env, Program, RunningProcess } from '../cli/program.js';
import { envOf, RARELY } from '../cli/upstream.js';

const SAMPLE = { seed: 7, apps: 120, streams: 3, today: new Date('2026-03-02T12:00:00Z') } as const;

/** What differs from a server that has polled once and lets everybody in. */
export interface PageOptions {
  readonly env?: Env;
  /** Happens before the server starts; `refresh` polls once, as the command does. */
  readonly before?: (sample: RunningSampleTenant, refresh: () => Promise<unknown>) => Promise<void> | void;
  /** What to wait for; default: the end of the first refresh. */
  readonly until?: RegExp;
}

/** A server with a page. */
export interface ServedPage {
  /** `http://localhost:<port>/` */
  readonly base: string;
  readonly process: RunningProcess;
  close(): Promise<void>;
}

/** Starts it; `program` ends it, if nobody does before. */
export async function servePage(program: Program, options: PageOptions = {}): Promise<ServedPage> {
  const sample = await startSampleTenant(SAMPLE);
  const env = {
    ...envOf(sample),
    ...RARELY,
    PORT: '0',
    DATA_DIR: await program.scratch(),
    ...options.env,
  };
  await options.before?.(sample, () => program.run(['refresh'], env));
  const process = program.start(['serve'], env);
  const [, root = ''] = await process.says(/Feed URL +(http:\S+\/odata\/)\n/);
  await process.says(options.until ?? /Serving rows|Rows +DiscoveredApps/);
  const close = async () => {
    process.kill('SIGKILL');
    await process.ended;
    await sample.close();
  };
  return { base: root.replace(/odata\/$/, ''), process, close };
}
