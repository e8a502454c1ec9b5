/** A disk of a size: writes beyond it end half-way with ENOSPC, as on a full volume; removing files makes room. */
import { nodeFileSystem, type FileSystem, type OpenFile } from '../../src/store/lowdb/file-system.js';
import { systemError } from '../store/lowdb/failing-file-system.js';

export class BoundedDisk {
  #taken = 0;
  readonly #sizes = new Map<string, number>();

  /** @param tellsRoom false: it says that there is room until a write fails, as some network shares do */
  constructor(
    public capacity: number,
    private readonly tellsRoom: boolean,
  ) {}

  get taken(): number {
    return this.#taken;
  }

  readonly fileSystem: FileSystem = {
    ...nodeFileSystem,
    freeBytes: () => Promise.resolve(this.tellsRoom ? this.capacity - this.#taken : Infinity),
    create: async (path, mode) => {
      if (this.#taken >= this.capacity) throw systemError('ENOSPC');
      return this.#file(path, await nodeFileSystem.create(path, mode));
    },
    rename: async (from, to) => {
      await nodeFileSystem.rename(from, to);
      const size = this.#sizes.get(from) ?? 0;
      this.#forget(to);
      this.#sizes.delete(from);
      this.#sizes.set(to, size);
    },
    remove: async (path) => {
      await nodeFileSystem.remove(path);
      this.#forget(path);
    },
  };

  #file(path: string, file: OpenFile): OpenFile {
    return {
      ...file,
      write: async (bytes) => {
        const room = Math.max(0, this.capacity - this.#taken);
        const fits = bytes.subarray(0, room);
        await file.write(fits);
        this.#taken += fits.length;
        this.#sizes.set(path, (this.#sizes.get(path) ?? 0) + fits.length);
        if (fits.length < bytes.length) throw systemError('ENOSPC');
      },
    };
  }

  #forget(path: string): void {
    this.#taken -= this.#sizes.get(path) ?? 0;
    this.#sizes.delete(path);
  }
}
