/**
 * Run beside the compiled program: serves the sample tenant and, when a line comes in, tells which functions of packages
 * ran since the first one. Modules that were loaded and never called tell nothing.
 */
import { Session } from 'node:inspector/promises';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { loadConfig } from './config/load-config.js';
import { startServer } from './server.js';

const session = new Session();
session.connect();
const server = await startServer(loadConfig(), () => undefined);
await server.schedule.runNow('command');
await session.post('Profiler.enable');
console.log(`url ${server.url}`);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
await lines.next();
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
console.log('counting');
await lines.next();
const { result } = await session.post('Profiler.takePreciseCoverage');
const called = result
  .filter(({ url }) => url.includes('/node_modules/'))
  .map(({ url, functions }) => ({
    file: url.slice(url.indexOf('/node_modules/') + 1),
    functions: functions
      .filter(({ ranges: [whole] }) => whole.count > 0)
      .map(({ functionName }) => functionName),
  }))
  .filter(({ functions }) => functions.length > 0);
const loaded = Object.keys(createRequire(import.meta.url).cache)
  .filter((path) => path.includes('/node_modules/'))
  .map((path) => path.slice(path.indexOf('/node_modules/') + 1));
console.log(`report ${JSON.stringify({ called, loaded })}`);
await server.stop('reported');
