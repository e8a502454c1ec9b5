/**
 * Throws generated requests at a server of its own: `npm run fuzz -- --requests 1000000 [--seed 1] [--auth] [--dist dist]`.
 * With --auth the server asks for credentials, and requests bring right ones, wrong ones, or none. --break runs a server that
 * answers some requests 500: the run has to notice.
 * Ends with 1 when an answer breaks what must hold for every answer (scripts/fuzz/check.mjs), or the server crashed.
 */
import { SingleBar } from 'cli-progress';
import { Buffer } from 'node:buffer';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { run } from './fuzz/run.mjs';

const MAX_FAILURES = 20;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    auth: { type: 'boolean', default: false },
    break: { type: 'boolean', default: false },
    dist: { type: 'string', default: fileURLToPath(new URL('../dist/', import.meta.url)) },
  },
});
const total = Number(values.requests);
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
if (!Number.isSafeInteger(total) || total < 1 || !Number.isSafeInteger(seed))
  throw new Error('--requests takes a whole number from 1, --seed a whole number');

const bar = process.stdout.isTTY
  ? new SingleBar({ format: '{bar} {percentage}% | {value} of {total} requests | {eta_formatted} left' })
  : undefined;
console.log(
  `Fuzzing with seed ${seed}: ${total} requests${values.auth ? ', to a server that asks for credentials' : ''}`,
);
bar?.start(total, 0);
const report = await run({
  dist: resolve(values.dist),
  total,
  seed,
  maxFailures: MAX_FAILURES,
  auth: values.auth,
  ...(values.break && { preload: new URL('./fuzz/failing.mjs', import.meta.url).href }),
  onProgress: (done) => bar?.update(Math.min(done, total)),
});
bar?.stop();
print(report);
process.exitCode = report.failures.length + report.crashes.length === 0 ? 0 : 1;

function print({ classes, statuses, times, seconds, worst, worstBeatMs, gaps, failures, crashes }) {
  const sorted = times.sort((a, b) => a - b);
  const quantile = (share) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  for (const [kind, counts] of Object.entries(classes))
    console.log(`  ${kind.padEnd(8)} ${countsText(counts)}`);
  console.log(`  all      ${countsText(statuses)}`);
  console.log(
    `  ${sorted.length} answers in ${seconds.toFixed(0)} s, ${(sorted.length / seconds).toFixed(0)} a second`,
  );
  console.log(
    `  p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, p99.9 ${quantile(0.999)} ms, worst ${quantile(1)} ms`,
  );
  console.log(`  worst answered in ${worst.tookMs.toFixed(1)} ms: ${shown(worst.request).slice(0, 300)}`);
  console.log(`  /live beside them: worst ${worstBeatMs.toFixed(1)} ms`);
  for (const [why, times] of Object.entries(gaps)) console.log(`  known gap, ${times} times: ${why}`);
  for (const { how, said } of crashes) console.log(`CRASH ${how}\n${said.join('\n')}`);
  for (const failure of failures.slice(0, MAX_FAILURES)) printFailure(failure);
  console.log(`${failures.length} kinds of failures, ${crashes.length} crashes (seed ${seed})`);
}

function countsText(counts) {
  return Object.entries(counts)
    .map(([status, count]) => `${status}: ${count}`)
    .join('  ');
}

function printFailure({ name, times, problems, request, before, smallest, answer }) {
  console.log(`FAILURE ${name}, ${times} times`);
  for (const problem of problems) console.log(`  ${problem}`);
  if (request !== undefined) console.log(`  request  ${shown(request).slice(0, 2000)}`);
  if (before !== undefined) console.log(`  before   ${shown(before).slice(0, 500)}`);
  if (smallest !== undefined) console.log(`  smallest ${shown(smallest).slice(0, 2000)}`);
  if (answer !== undefined && answer !== '') console.log(`  answer   ${answer}`);
}

function shown(request) {
  return JSON.stringify(
    Buffer.isBuffer(request.bytes) ? { bytes: request.bytes.toString('latin1') } : request,
  );
}
