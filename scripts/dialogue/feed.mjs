import { spawn } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Upstream } from './upstream.mjs';

/** The sample tenant, the server over it, and what the server tells about its refreshes. */
export async function startFeed({ apps, wantedPages }) {
  const dist = (path) => new URL(`../../dist/${path}`, import.meta.url);
  const { startSampleTenant } = await import(dist('sample-tenant/start-sample-tenant.js'));
  const firstDay = new Date('2026-03-02T12:00:00Z');
  const sample = await startSampleTenant({ apps, seed: 7, today: firstDay });
  const upstream = new Upstream(sample.tenant, firstDay);
  const rows = upstream.on(firstDay).size;
  // A run begins with the list of streams. The day moves on at that very moment and never in the middle of a run: only
  // so each generation is one day's. (The channel tells of the request before anything has answered it.)
  diagnostics.subscribe('http.server.request.start', ({ request: { url } }) => {
    if (!/\/uploadedStreams(\?|$)/.test(url)) return;
    upstream.moveOn();
    sample.setToday(upstream.today);
  });
  const folder = await mkdtemp(join(tmpdir(), 'dialogue-'));
  const server = spawn(process.execPath, [fileURLToPath(dist('main.js')), 'serve'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      AZURE_TENANT_ID: sample.credentials.tenantId,
      AZURE_CLIENT_ID: sample.credentials.clientId,
      AZURE_CLIENT_SECRET: sample.credentials.clientSecret,
      AZURE_AUTHORITY_HOST: sample.authorityHost,
      GRAPH_BASE_URL: sample.graphBaseUrl,
      DATA_DIR: folder,
      PORT: '0',
      POLL_CRON: '* * * * * *',
      PAGE_SIZE: String(Math.floor(rows / wantedPages)),
    },
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const feed = { upstream, url: undefined, refreshes: 0, generations: 0, problems: [] };
  const polled = watchLog(server, feed);
  feed.close = async () => {
    feed.stopping = true;
    server.kill('SIGTERM');
    await ended;
    await sample.close();
    await rm(folder, { recursive: true, force: true });
  };
  const failed = ended.then((code) => {
    throw new Error(`The server ended with code ${code}: ${feed.problems.join('\n')}`);
  });
  failed.catch(() => undefined);
  await Promise.race([polled, failed]);
  return feed;
}

/** Resolves with the end of the first run. */
function watchLog(server, feed) {
  return new Promise((resolve) => {
    createInterface({ input: server.stderr }).on('line', (line) => {
      if (feed.stopping) return;
      const entry = line.startsWith('{')
        ? JSON.parse(line)
        : { level: 50, msg: `(no line of the log) ${line.replace(/^(\[[^\]]*\] ?){2}/, '')}` };
      if (entry.event === 'serverStarted') feed.url = entry.url;
      if (entry.event === 'generationPublished') feed.generations += 1;
      if (entry.level >= 40 && entry.event !== 'schemaDrift') feed.problems.push(entry.msg);
      if (entry.event !== 'refreshEnded') return;
      feed.refreshes += 1;
      resolve();
    });
  });
}
