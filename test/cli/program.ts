/** The command line as its user meets it: our TypeScript compiled once into a folder of its own, run as real processes. */
import { transformFile } from '@swc/core';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Environment variables by name. */
export type Env = Readonly<Record<string, string>>;

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The compiled program, to be started any number of times. */
export class Program {
  readonly #running = new Set<RunningProcess>();

  private constructor(readonly folder: string) {}

  static async compile(): Promise<Program> {
    const folder = await mkdtemp(join(tmpdir(), 'discovery-feed-cli-'));
    // A junction, because Windows lets every user make one.
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const entries = await readdir(join(ROOT, 'src'), { recursive: true });
    await Promise.all(
      entries
        .filter((entry) => entry.endsWith('.ts'))
        .map((entry) => compileFile(join(ROOT, 'src', entry), folder)),
    );
    // The one file that no compiler makes.
    const style = join('status', 'page', 'browser', 'style.css');
    await copyFile(join(ROOT, 'src', style), join(folder, style));
    return new Program(folder);
  }

  /** A folder of its own for one test: DATA_DIR, files. */
  scratch(): Promise<string> {
    return mkdtemp(join(this.folder, 'scratch-'));
  }

  /** Starts `discovery-feed …args` with these variables and none besides. */
  start(args: readonly string[], env: Env = {}, script = 'main.js'): RunningProcess {
    const { PATH = '', SystemRoot = '', TEMP = '' } = process.env;
    const child = spawn(process.execPath, [join(this.folder, script), ...args], {
      cwd: this.folder,
      env: { PATH, ...(SystemRoot === '' ? {} : { SystemRoot, TEMP }), ...env },
    });
    const running = new RunningProcess(child);
    this.#running.add(running);
    return running;
  }

  /** Runs it to its end. @param input what is piped into it */
  run(args: readonly string[], env: Env = {}, input = ''): Promise<Ended> {
    const running = this.start(args, env);
    running.type(input);
    return running.ended;
  }

  /** Ends what still runs, and deletes everything. */
  async remove(): Promise<void> {
    for (const running of this.#running) running.kill('SIGKILL');
    await Promise.all([...this.#running].map(({ ended }) => ended));
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A process and what it has said so far. */
export class RunningProcess {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Ended>;
  #wake: () => void = () => undefined;
  #over = false;

  constructor(private readonly child: ChildProcessWithoutNullStreams) {
    child.stdout.on('data', (part: Buffer) => {
      this.stdout += part.toString();
      this.#wake();
    });
    child.stderr.on('data', (part: Buffer) => {
      this.stderr += part.toString();
      this.#wake();
    });
    // A process that ends without reading its input is no failure of the test.
    child.stdin.on('error', () => undefined);
    this.ended = once(child, 'close').then(([code]) => {
      this.#over = true;
      this.#wake();
      return { code: code as number | null, stdout: this.stdout, stderr: this.stderr };
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Writes a part of its input. */
  say(part: string): void {
    this.child.stdin.write(part);
  }

  /** Writes all of its input. */
  type(input: string): void {
    this.child.stdin.end(input);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits until the log on standard error matches; the match. */
  logs(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#until(pattern, () => this.stderr);
  }

  /** Waits until standard output matches; the match. */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#until(pattern, () => this.stdout);
  }

  async #until(pattern: RegExp, text: () => string): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(text());
      if (match !== null) return match;
      if (this.#over)
        throw new Error(`It ended without saying ${String(pattern)}:\n${this.stdout}\n${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

async function compileFile(file: string, folder: string): Promise<void> {
  const { code } = await transformFile(file, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
    module: { type: 'es6' },
    swcrc: false,
  });
  const target = join(folder, relative(join(ROOT, 'src'), file)).replace(/\.ts$/, '.js');
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
}
