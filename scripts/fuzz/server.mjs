/** The server under test: a process of its own from the compiled files, on the sample tenant, with a data folder that goes with it. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { holdsSecret } from './credentials.mjs';

const READY_WITHIN_MS = 180_000;

/** Small pages over few rows: the time goes into requests, not into bodies. */
const SETTINGS = {
  PORT: '0',
  SAMPLE_APPS: '60',
  PAGE_SIZE: '20',
  LOG_LEVEL: 'error',
  POLL_CRON: '0 0 1 1 *',
  DRAIN_SECONDS: '1',
};

/** A running server, and what it said on standard error. */
export class ServerProcess {
  #child;
  #folder;
  #complaints = [];
  #tail = '';
  #exit;

  /**
   * @param dist folder of the compiled server
   * @param settings more of them, by the names of their environment variables
   */
  static async start(dist, settings = {}) {
    const server = new ServerProcess();
    server.#folder = await mkdtemp(join(tmpdir(), 'discovery-feed-fuzz-'));
    const { PATH, Path, SystemRoot, TEMP, TMP } = process.env;
    const inherited = Object.fromEntries(
      Object.entries({ PATH, Path, SystemRoot, TEMP, TMP }).filter(([, value]) => value !== undefined),
    );
    server.#child = spawn(process.execPath, [join(dist, 'main.js'), 'serve'], {
      cwd: server.#folder,
      env: { ...inherited, ...SETTINGS, ...settings, DATA_DIR: join(server.#folder, 'data') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server.#child.once('exit', (code, signal) => {
      server.#exit = signal ?? `exit code ${code}`;
    });
    server.#child.stderr.setEncoding('utf8').on('data', (text) => {
      server.#listen(text);
    });
    server.port = await portOf(server.#child, server.#complaints);
    await server.#untilReady();
    return server;
  }

  /** How it ended, when it did: a crash. */
  get crash() {
    return this.#exit;
  }

  /** Bugs and unhandled rejections that it has reported, oldest first; each is given once. */
  complaints() {
    return this.#complaints.splice(0);
  }

  async stop() {
    if (this.#exit === undefined) {
      const ended = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#child.kill('SIGTERM');
      const killer = wait(10_000, 'late', { ref: false });
      if ((await Promise.race([ended, killer])) === 'late') this.#child.kill('SIGKILL');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  #listen(text) {
    const lines = (this.#tail + text).split('\n');
    this.#tail = lines.pop() ?? '';
    for (const line of lines) {
      if (isExpected(line) && !holdsSecret(line)) continue;
      // Everything else at this level is a bug, or Node's own words about one.
      if (this.#complaints.length < 200) this.#complaints.push(line);
    }
  }

  async #untilReady() {
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until && this.#exit === undefined) {
      const answer = await globalThis.fetch(`http://127.0.0.1:${this.port}/ready`).catch(() => undefined);
      if (answer?.status === 200) return;
      await wait(100);
    }
    throw new Error(
      `The server did not get ready (${this.#exit ?? 'too slow'}).\n${this.#complaints.join('\n')}`,
    );
  }
}

function isExpected(line) {
  return line.trim() === '' || /"event":"(requestAnswered|audit)"/.test(line);
}

function portOf(child, complaints) {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      const port = /http:\/\/localhost:(\d+)\/odata\//.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('exit', (code) => {
      reject(
        new Error(`The server ended with ${code} before it listened.\n${[said, ...complaints].join('\n')}`),
      );
    });
  });
}
