/** Servers as child processes, each of its own, that answer questions about themselves. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export class Child {
  #child;
  #waiting = new Map();
  #next = 0;

  static async start(name, { rows, seed = 1, env = {}, execArgv = [] }) {
    const child = new Child();
    const script = fileURLToPath(new URL(`./servers/${name}`, import.meta.url));
    child.#child = fork(script, ['--rows', String(rows), '--seed', String(seed)], {
      env: { ...process.env, NODE_ENV: 'production', ...env },
      execArgv,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    child.#child.stderr.on('data', (part) => (said = (said + part).slice(-2000)));
    child.url = await new Promise((resolve, reject) => {
      child.#child.on('message', (message) => {
        if (message.url !== undefined) resolve(message.url);
        else child.#settle(message);
      });
      child.#child.once('exit', (code) => reject(new Error(`${name} ended with ${code}: ${said}`)));
    });
    return child;
  }

  #settle({ id, answer, error }) {
    const { resolve, reject } = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) resolve(answer);
    else reject(new Error(error));
  }

  get pid() {
    return this.#child.pid;
  }

  ask(question, given) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, ask: question, with: given });
    });
  }

  async end() {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.removeAllListeners('message');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
