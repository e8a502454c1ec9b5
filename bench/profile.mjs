/**
 * Where the time of one work goes, in ours: `npm run bench:profile -- W2 [--rows 30000] [--same] [--write W2.cpuprofile]`
 * (opens in Chrome's DevTools). `--same` asks the same literals again and again. The processor time a request is measured
 * without the profiler, and is much less a matter of what else the machine does than requests a second are.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { closedLoop } from './client.mjs';
import { Client, KEY, startOurs } from './sides.mjs';
import { IMPORTS, REQUESTS } from './works.mjs';

const { values, positionals } = parseArgs({
  options: {
    rows: { type: 'string', default: '30000' },
    write: { type: 'string' },
    side: { type: 'string', default: 'ours' },
    same: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const [work = 'W2'] = positionals;
const rows = Number(values.rows);
const { upstream, server } = await startOurs(rows);
const client = new Client(server.url, KEY);
let at = 0;
const { paths, packed } = IMPORTS[work] ?? {};
const ask =
  paths === undefined
    ? () => client.raw(REQUESTS[work].paths(values.same ? 0 : at++, rows)[values.side], { packed: true })
    : () => client.import(paths[values.side], { packed });
const load = { ms: 5000, parallel: paths === undefined ? 16 : 1 };
await closedLoop(ask, { ...load, ms: 2000 });
const before = await server.ask('cpu');
const { answers, perSecond: unwatched } = await closedLoop(ask, load);
const microseconds = ((await server.ask('cpu')) - before) / answers;
console.log(
  `${work}: ${microseconds.toFixed(0)} µs of processor time a request, ${unwatched.toFixed(0)} a second`,
);
await server.ask('startProfile');
const { perSecond, p50, p99 } = await closedLoop(ask, load);
const profile = await server.ask('endProfile');
console.log(
  `under the profiler: ${perSecond.toFixed(0)} a second, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n${hottest(profile)}`,
);
if (values.write !== undefined) writeFileSync(values.write, JSON.stringify(profile));
await client.close();
await Promise.all([upstream.end(), server.end()]);

/** Functions by the time spent in themselves. */
function hottest({ nodes, samples, timeDeltas }) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const own = new Map();
  samples.forEach((id, place) => own.set(names.get(id), (own.get(names.get(id)) ?? 0) + timeDeltas[place]));
  const idle = own.get('(idle)') ?? 0;
  own.delete('(idle)');
  const sorted = [...own].sort(([, left], [, right]) => right - left);
  const busy = sorted.reduce((sum, [, time]) => sum + time, 0);
  const lines = sorted
    .slice(0, 40)
    .map(([name, time]) => `${((time / busy) * 100).toFixed(1).padStart(5)} %  ${name}`);
  return [...lines, `idle ${((idle / (idle + busy)) * 100).toFixed(0)} %`].join('\n');
}

function nameOf({ functionName, url, lineNumber }) {
  const file = url.replace(/^.*\/(dist|node_modules)\//, '$1/');
  return file === '' ? functionName : `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
}
