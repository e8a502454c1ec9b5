import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSampleTenant, type RunningSampleTenant } from '../../src/sample-tenant/start-sample-tenant.js';
import { Program } from './program.js';
import { envOf } from './upstream.js';

let program: Program;
let sample: RunningSampleTenant;
let dataDir: string;
beforeAll(async () => {
  program = await Program.compile();
  sample = await startSampleTenant({ apps: 5 });
  dataDir = await program.scratch();
}, 120_000);
afterEach(() => {
  sample.graph.clearFaults();
});
afterAll(async () => {
  await sample.close();
  await program.remove();
});

const refresh = (env: Record<string, string> = {}) =>
  program.start(['refresh'], { DATA_DIR: dataDir, ...envOf(sample), ...env });

async function portOfNobody(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('discovery-feed refresh', () => {
  it('ends with 77 and the remedy when the application has no consent', async () => {
    sample.graph.inject({ fault: 'forbidden403', times: 100 });
    const { code, stdout, stderr } = await refresh().ended;
    expect({ code, stdout, stderr }).toMatchObject({ code: 77 });
    expect(stdout).toMatch(/failed: .*\n\s+GRAPH_CONSENT_MISSING: .*403.*\n\s+.*Grant admin consent/);
    expect(stdout).toContain('DiscoveredApps not yet');
  }, 60_000);

  it('ends with 77 when the secret is wrong, and never shows it', async () => {
    const { code, stdout, stderr } = await refresh({ AZURE_CLIENT_SECRET: 'sample-secret-of-someone-else' })
      .ended;
    expect({ code, stdout, stderr }).toMatchObject({ code: 77 });
    expect(stdout).toMatch(/IDENTITY_SECRET_WRONG: .*AADSTS7000215.*\n\s+Set AZURE_CLIENT_SECRET/);
    expect(stdout + stderr).not.toContain('sample-secret-of-someone-else');
  }, 60_000);

  it('ends with 75 when Graph cannot be reached', async () => {
    const { code, stdout } = await refresh({
      GRAPH_BASE_URL: `http://127.0.0.1:${await portOfNobody()}/beta`,
      GRAPH_RETRY_BUDGET_SECONDS: '0',
    }).ended;
    expect({ code, stdout }).toMatchObject({ code: 75 });
    expect(stdout).toMatch(/GRAPH_UNAVAILABLE: .*\n\s+The next run tries again/);
  }, 60_000);

  it('ends with 70 when a stream could not be read, and publishes the others', async () => {
    const [first] = sample.tenant.streams;
    sample.graph.inject({ fault: 'notJson', on: 'usage', streamId: first!.id, times: 100 });
    const { code, stdout, stderr } = await refresh({ GRAPH_RETRY_BUDGET_SECONDS: '0' }).ended;
    expect({ code, stdout, stderr }).toMatchObject({ code: 70 });
    expect(stdout).toMatch(/partial: 3 streams, .*\n\s+GRAPH_UNREADABLE: /);
    expect(stdout).toMatch(/DiscoveredApps \d/);
  }, 60_000);

  it('ends with 0 when every stream was renewed, and prints what was read', async () => {
    const { code, stdout, stderr } = await refresh().ended;
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(
      new RegExp(
        `^${sample.credentials.tenantId} succeeded: 3 streams, \\d+ pages, \\d+ rows, 0 retries$`,
        'm',
      ),
    );
    expect(stdout).not.toContain('not yet');
  }, 60_000);

  it('is cancelled by a signal, ends with 75, and leaves what was published', async () => {
    sample.graph.inject({ fault: 'hang', on: 'usage', times: 100 });
    const before = sample.graph.requestCount;
    const running = refresh();
    while (sample.graph.requestCount < before + 2) await new Promise((resolve) => setTimeout(resolve, 20));
    running.kill('SIGTERM');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stdout, stderr }).toMatchObject({ code: 75 });
    expect(stdout + stderr).toContain('REFRESH_ABORTED');
    sample.graph.clearFaults();
    expect(await refresh().ended).toMatchObject({ code: 0 });
  }, 60_000);
});
