/** Real processes that run our TypeScript, on any platform: compiled once, into a folder of their own. */
import { transformFile } from '@swc/core';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SCRIPT = 'test/store/lowdb/writer-process.ts';
const SOURCES = ['src', 'test/contract'];

/** The compiled script, to be started any number of times. */
export class WriterProgram {
  private constructor(private readonly folder: string) {}

  static async compile(): Promise<WriterProgram> {
    const folder = await mkdtemp(join(tmpdir(), 'discovery-feed-program-'));
    // A junction, because Windows lets every user make one.
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    for (const source of [...SOURCES, SCRIPT])
      for (const file of await filesUnder(join(ROOT, source))) await compileFile(file, folder);
    return new WriterProgram(folder);
  }

  start(task: 'commit' | 'hold', dataDir: string): WriterProcess {
    const script = join(this.folder, SCRIPT.replace(/\.ts$/, '.js'));
    return new WriterProcess(
      spawn(process.execPath, [script, task, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** A running writer, and what it has said. */
export class WriterProcess {
  readonly said: string[] = [];
  readonly #exit: Promise<unknown[]>;
  readonly #lines: AsyncIterator<string>;

  constructor(private readonly child: ChildProcessByStdio<null, Readable, null>) {
    this.#exit = once(child, 'close');
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Waits for its next line; `undefined` when it has ended. */
  async hear(): Promise<string | undefined> {
    const next = await this.#lines.next();
    if (next.done === true) return undefined;
    this.said.push(next.value);
    return next.value;
  }

  /** Kills it without any chance to tidy up; resolves when it is dead and all that it said was heard. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    while ((await this.hear()) !== undefined);
    await this.#exit;
  }

  async exitCode(): Promise<unknown> {
    const [code] = await this.#exit;
    return code;
  }
}

async function filesUnder(path: string): Promise<string[]> {
  if (path.endsWith('.ts')) return [path];
  const entries = await readdir(path, { recursive: true });
  return entries.filter((entry) => /(?<!\.test)\.ts$/.test(entry)).map((entry) => join(path, entry));
}

async function compileFile(file: string, folder: string): Promise<void> {
  const { code } = await transformFile(file, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: true } },
    module: { type: 'es6' },
    swcrc: false,
  });
  const target = join(folder, relative(ROOT, file)).replace(/\.ts$/, '.js');
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
}
