/** Real processes that run our TypeScript, on any platform: compiled once, into a folder of their own. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** What has to be compiled for it. */
export const WRITER_SOURCES = ['src', 'test/contract', 'test/store/lowdb'];

/** What a writer does: see writer-process.ts. */
export type WriterTask = 'commit' | 'hold' | 'boast';

/** The compiled script, to be started any number of times. */
export class WriterProgram {
  /** @param folder where {@link WRITER_SOURCES} stand compiled */
  constructor(private readonly folder: string) {}

  /** @param death where it is to kill itself: see writer-process.ts */
  start(task: WriterTask, dataDir: string, death = ''): WriterProcess {
    const script = join(this.folder, 'test/store/lowdb/writer-process.js');
    return new WriterProcess(
      spawn(process.execPath, [script, task, dataDir, death], { stdio: ['ignore', 'pipe', 'inherit'] }),
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
