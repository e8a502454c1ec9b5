/** The run: generates, sends, checks, keeps count, and goes on over a crash. */
import fc from 'fast-check';
import { clearInterval, setInterval } from 'node:timers';
import { performance } from 'node:perf_hooks';
import { problemsOf } from './check.mjs';
import { authSettings, dressed, RIGHT_HEADERS } from './credentials.mjs';
import { KNOWN_GAPS } from './known-gaps.mjs';
import { readModel } from './model.mjs';
import { messageOf } from './message.mjs';
import { requestsOf, SHARES } from './requests.mjs';
import { ServerProcess } from './server.mjs';
import { Connection } from './wire.mjs';

const CONNECTIONS = 6;
/** Requests of one round; the shares of the classes are hundredths of it. */
const ROUND = 400;
const HEARTBEAT_MS = 50;

/**
 * Runs `total` requests. Resolves with a report; it never rejects because of an answer.
 *
 * @param auth whether the server asks for credentials
 * @param preload a module that runs before the server does
 * @param onProgress called with the number of requests that are done
 */
export async function run({ dist, total, seed, maxFailures, auth, preload, onProgress }) {
  const state = {
    dist,
    auth,
    settings: {
      ...(auth ? await authSettings(dist) : {}),
      ...(preload === undefined ? {} : { NODE_OPTIONS: `--import ${preload}` }),
    },
    maxFailures,
    failures: [],
    crashes: [],
    times: [],
    classes: {},
    gaps: {},
    statuses: {},
    worstBeatMs: 0,
  };
  await startServer(state);
  state.arbitraries = requestsOf(state.model);
  const heart = setInterval(() => void beat(state), HEARTBEAT_MS);
  const startedMs = performance.now();
  try {
    for (let round = 0, done = 0; done < total; round += 1) {
      const jobs = roundOf(state, { seed: seed + round * 97, size: Math.min(ROUND, total - done) });
      await Promise.all(state.connections.map((connection) => work(state, connection, jobs)));
      if (state.server.crash !== undefined) await recover(state);
      noteComplaints(state, round);
      done += jobs.count;
      onProgress(done);
    }
    const seconds = (performance.now() - startedMs) / 1000;
    clearInterval(heart);
    await shrinkFailures(state);
    return { ...state, seconds };
  } finally {
    clearInterval(heart);
    for (const connection of state.connections) connection.close();
    state.pulse.close();
    await state.server.stop();
  }
}

async function startServer(state) {
  state.server = await ServerProcess.start(state.dist, state.settings);
  const { port } = state.server;
  state.model = await readModel(state.dist, `http://127.0.0.1:${port}`, state.auth ? RIGHT_HEADERS : {});
  state.connections = Array.from({ length: CONNECTIONS }, () => new Connection(port));
  state.pulse = new Connection(port);
}

/** The requests of one round, in the order of their classes' shares, as a queue that the connections share. */
function roundOf({ arbitraries, auth }, { seed, size }) {
  const jobs = [];
  Object.entries(SHARES).forEach(([kind, share], place) => {
    const count = Math.max(1, Math.round((share * size) / 100));
    const origin = { kind, seed: seed + place, count };
    fc.sample(arbitraries[kind], { seed: origin.seed, numRuns: count }).forEach((request, index) =>
      jobs.push({
        request: auth ? dressed(request, seed + index) : request,
        origin,
        index,
        turn: seed + index,
      }),
    );
  });
  const count = jobs.length;
  return { count, next: () => jobs.pop() };
}

async function work(state, connection, jobs) {
  for (let job = jobs.next(); job !== undefined && state.server.crash === undefined; job = jobs.next()) {
    const { request, origin } = job;
    const startedMs = performance.now();
    const answer = await send(connection, request, state.server.port);
    const before = connection.before;
    connection.before = request;
    const tookMs = performance.now() - startedMs;
    count(state, origin.kind, answer, tookMs);
    const problems = problemsOf(request, answer, state.model.errors);
    const gap = problems.length > 0 ? KNOWN_GAPS.find(({ met }) => met(request, answer, before)) : undefined;
    if (gap !== undefined) state.gaps[gap.why] = (state.gaps[gap.why] ?? 0) + 1;
    else if (problems.length > 0) noteFailure(state, { ...job, before, answer, problems });
    if (answer.status !== undefined && tookMs > (state.worst?.tookMs ?? 0)) state.worst = { tookMs, request };
  }
}

function send(connection, request, port) {
  if (request.bytes !== undefined) return connection.ask(request.bytes, { lonely: true });
  return connection.ask(messageOf(request, `127.0.0.1:${port}`), { isHead: request.method === 'HEAD' });
}

function count(state, kind, answer, tookMs) {
  const status = answer.silence ?? answer.status;
  const own = (state.classes[kind] ??= {});
  own[status] = (own[status] ?? 0) + 1;
  state.statuses[status] = (state.statuses[status] ?? 0) + 1;
  state.times.push(tookMs);
}

/** One failure of a kind is enough: kinds are told apart by class and problem. */
function noteFailure(state, { request, before, origin, index, turn, answer, problems }) {
  const name = `${origin.kind}: ${problems[0].replaceAll(/\d+/g, 'N').slice(0, 120)} (${answer.status ?? answer.silence})`;
  const known = state.failures.find((failure) => failure.name === name);
  if (known !== undefined) known.times += 1;
  else
    state.failures.push({
      name,
      times: 1,
      request,
      before,
      origin,
      index,
      turn,
      problems,
      answer: clip(answer.body?.toString('utf8') ?? ''),
    });
}

const clip = (text) => (text.length > 500 ? `${text.slice(0, 500)}…` : text);

function noteComplaints(state, round) {
  for (const line of state.server.complaints()) {
    if (KNOWN_GAPS.some(({ said }) => said?.test(line))) continue;
    const name = `standard error: ${(/"stack":"([^"]{0,160})/.exec(line)?.[1] ?? line.slice(0, 160)).replaceAll(/\d+/g, 'N')}`;
    const known = state.failures.find((failure) => failure.name === name);
    if (known !== undefined) known.times += 1;
    else state.failures.push({ name, times: 1, round, problems: [clip(line)] });
  }
}

async function recover(state) {
  state.crashes.push({ how: state.server.crash, said: state.server.complaints().slice(-10) });
  for (const connection of [...state.connections, state.pulse]) connection.close();
  await state.server.stop();
  await startServer(state);
}

/** Whether the event loop answers: how long `/live` takes beside everything else. */
async function beat(state) {
  if (state.beating === true || state.server.crash !== undefined) return;
  state.beating = true;
  const startedMs = performance.now();
  const answer = await state.pulse.ask(
    messageOf({ method: 'GET', target: '/live', headers: [] }, `127.0.0.1:${state.server.port}`),
  );
  if (answer.status === 200) state.worstBeatMs = Math.max(state.worstBeatMs, performance.now() - startedMs);
  state.beating = false;
}

/** Makes the failing requests small: the same generator from the same seed, as long as any problem stays. */
async function shrinkFailures(state) {
  const connection = state.connections[0];
  for (const failure of state.failures
    .filter(({ origin }) => origin !== undefined)
    .slice(0, state.maxFailures)) {
    if (state.server.crash !== undefined) await recover(state);
    const holds = async (plain) => {
      const request = state.auth ? dressed(plain, failure.turn) : plain;
      const answer = await send(connection, request, state.server.port);
      const wrong = problemsOf(request, answer, state.model.errors);
      return wrong.length === 0 || KNOWN_GAPS.some(({ met }) => met(request, answer));
    };
    const { kind, seed, count: numRuns } = failure.origin;
    const checked = await fc.check(fc.asyncProperty(state.arbitraries[kind], holds), {
      seed,
      numRuns,
      path: String(failure.index),
      interruptAfterTimeLimit: 15_000,
    });
    if (checked.counterexample !== null) failure.smallest = checked.counterexample[0];
  }
}
