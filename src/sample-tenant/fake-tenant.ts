/**
 * A sample tenant as a process of its own: what a product meets that has never seen it.
 *
 *     node dist/sample-tenant/fake-tenant.js --apps 600 --seed 7
 *
 * prints one line of JSON {authorityHost, graphBaseUrl, tenantId, clientId, clientSecret} and then serves until it is
 * stopped. Each line on standard input is a command: `{"today":"2026-03-02"}`,
 * `{"inject":{"fault":"throttle429","times":3}}`, `{"clearFaults":true}`; each is answered by a line on standard output.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { FaultRule } from './fault-queue.js';
import { startSampleTenant, type RunningSampleTenant, type StartOptions } from './start-sample-tenant.js';

/** What is wrong with the credentials that are printed, or with the application behind them. */
const STATES = ['ok', 'wrongSecret', 'expiredSecret', 'unknownApp', 'unknownTenant', 'noConsent'] as const;
type State = (typeof STATES)[number];

const { values } = parseArgs({
  options: {
    apps: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    streams: { type: 'string', default: '3' },
    today: { type: 'string' },
    port: { type: 'string', default: '0' },
    'tenant-id': { type: 'string' },
    'tls-key': { type: 'string' },
    'tls-cert': { type: 'string' },
    certificate: { type: 'string' },
    state: { type: 'string', default: 'ok' },
    'token-lifetime': { type: 'string', default: '3599' },
    'throttle-every': { type: 'string', default: '0' },
  },
});

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0)
    throw new TypeError(`--${name} must be a whole number, not '${text}'`);
  return number;
}

function stateOf(text: string): State {
  const state = STATES.find((name) => name === text);
  if (state === undefined) throw new TypeError(`--state must be one of ${STATES.join(', ')}, not '${text}'`);
  return state;
}

function startOptions(state: State): StartOptions {
  const { 'tls-key': key, 'tls-cert': cert, 'tenant-id': tenantId, certificate, today } = values;
  const tls =
    key !== undefined && cert !== undefined ? { key: readPem(key), cert: readPem(cert) } : undefined;
  return {
    apps: wholeNumber('apps', values.apps),
    seed: wholeNumber('seed', values.seed),
    streams: wholeNumber('streams', values.streams),
    port: wholeNumber('port', values.port),
    tokenLifetimeSeconds: wholeNumber('token-lifetime', values['token-lifetime']),
    throttleEvery: wholeNumber('throttle-every', values['throttle-every']),
    ...(today !== undefined && { today: new Date(today) }),
    ...(tenantId !== undefined && { tenantId }),
    ...(tls && { tls }),
    ...(certificate !== undefined && { certificate: readPem(certificate) }),
    ...((state === 'expiredSecret' || state === 'noConsent') && { state }),
  };
}

function readPem(path: string): string {
  return readFileSync(path, 'utf8');
}

/** What a person would have typed into the settings of the product. */
function printed(sample: RunningSampleTenant, state: State): Record<string, string> {
  const { authorityHost, graphBaseUrl, credentials } = sample;
  const nobody = '00000000-0000-4000-8000-000000000000';
  return {
    authorityHost,
    graphBaseUrl,
    ...credentials,
    ...(state === 'unknownTenant' && { tenantId: nobody }),
    ...(state === 'unknownApp' && { clientId: nobody }),
    ...(state === 'wrongSecret' && { clientSecret: 'sample-secret-of-someone-else' }),
  };
}

interface Command {
  readonly today?: string;
  readonly inject?: FaultRule;
  readonly clearFaults?: boolean;
}

function obey(sample: RunningSampleTenant, line: string): void {
  const command = JSON.parse(line) as Command;
  if (command.today !== undefined) sample.setToday(new Date(command.today));
  if (command.inject) sample.graph.inject(command.inject);
  if (command.clearFaults === true) sample.graph.clearFaults();
}

function say(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

const state = stateOf(values.state);
const sample = await startSampleTenant(startOptions(state));
const commands = createInterface({ input: process.stdin });
commands.on('line', (line) => {
  try {
    obey(sample, line);
    say({ ok: true, graphRequests: sample.graph.requestCount, tokenRequests: sample.entra.tokenRequests });
  } catch (error) {
    say({ ok: false, error: String(error) });
  }
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    commands.close();
    void sample.close();
  });
}
say(printed(sample, state));
