/** A disk whose n-th call fails: the fault table of the store is every n. */
import { nodeFileSystem, type FileSystem, type OpenFile } from '../../../src/store/lowdb/file-system.js';

/** How the n-th call fails, and whether the disk recovers after it. */
export interface Fault {
  readonly call: number;
  readonly errno: 'EIO' | 'ENOSPC' | 'EACCES';
  readonly recovers: boolean;
}

/** Node's error for a failed system call. */
export function systemError(errno: string): Error {
  return Object.assign(new Error(`${errno}: made to fail`), { code: errno });
}

/** Counts calls, and fails as told. Closing a file is counted, too, but always closes it. */
export class FailingDisk {
  calls = 0;
  fault: Fault | undefined;

  /** Starts to count anew. */
  arm(fault: Fault | undefined): void {
    this.calls = 0;
    this.fault = fault;
  }

  readonly fileSystem: FileSystem = {
    makeFolder: this.#failing(nodeFileSystem.makeFolder.bind(nodeFileSystem)),
    list: this.#failing(nodeFileSystem.list.bind(nodeFileSystem)),
    stat: this.#failing(nodeFileSystem.stat.bind(nodeFileSystem)),
    freeBytes: this.#failing(nodeFileSystem.freeBytes.bind(nodeFileSystem)),
    read: this.#failing(nodeFileSystem.read.bind(nodeFileSystem)),
    readAt: this.#failing(nodeFileSystem.readAt.bind(nodeFileSystem)),
    blocks: (path) => this.#blocks(path),
    create: this.#failing(async (path: string, mode?: number) =>
      this.#file(await nodeFileSystem.create(path, mode)),
    ),
    rename: this.#failing(nodeFileSystem.rename.bind(nodeFileSystem)),
    link: this.#failing(nodeFileSystem.link.bind(nodeFileSystem)),
    remove: this.#failing(nodeFileSystem.remove.bind(nodeFileSystem)),
    touch: this.#failing(nodeFileSystem.touch.bind(nodeFileSystem)),
    syncFolder: this.#failing(nodeFileSystem.syncFolder.bind(nodeFileSystem)),
  };

  #file(file: OpenFile): OpenFile {
    return {
      write: async (bytes) => {
        // A short write: half of the block reaches the disk.
        if (this.#fails()) {
          await file.write(bytes.subarray(0, bytes.length >> 1));
          throw systemError(this.fault?.errno ?? 'EIO');
        }
        await file.write(bytes);
      },
      sync: this.#failing(() => file.sync()),
      close: async () => {
        await file.close();
        if (this.#fails()) throw systemError(this.fault?.errno ?? 'EIO');
      },
    };
  }

  async *#blocks(path: string): AsyncGenerator<Uint8Array> {
    for await (const block of nodeFileSystem.blocks(path)) {
      if (this.#fails()) throw systemError(this.fault?.errno ?? 'EIO');
      yield block;
    }
  }

  #failing<Args extends unknown[], Result>(
    call: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result> {
    return async (...args) => {
      if (this.#fails()) throw systemError(this.fault?.errno ?? 'EIO');
      return call(...args);
    };
  }

  #fails(): boolean {
    this.calls++;
    if (this.fault === undefined) return false;
    return this.fault.recovers ? this.calls === this.fault.call : this.calls >= this.fault.call;
  }
}
