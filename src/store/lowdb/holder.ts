/** Who holds a lock: enough to tell, on the same host, whether that very process still lives. */
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';
import { errnoOf } from './file-system.js';

/** What the lock file says. */
export const holderSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** ISO 8601, for people. */
  startedAt: z.string(),
  /** Which of several locks this is: differs each time, and may stand in a file name. */
  nonce: z.string().regex(/^[\w-]+$/),
  /** Where process ids mean the same: the pid namespace on Linux (containers may share a host name), else empty. */
  processSpace: z.string(),
  /** Start of the process since boot, and which boot, where the system tells: a pid alone is given again. */
  processStart: z.string(),
});

/** The process that holds a lock. */
export type Holder = z.infer<typeof holderSchema>;

/** This process as a holder. */
export async function thisProcess(nonce: string): Promise<Holder> {
  const { pid } = process;
  return {
    pid,
    host: hostname(),
    startedAt: new Date().toISOString(),
    nonce,
    processSpace: await processSpace(),
    processStart: (await startOf(pid)) ?? '',
  };
}

/**
 * `alive` or `dead` when the holder's process can be looked at from here, `unknown` when it is on another host or in
 * another container.
 */
export async function livenessOf(holder: Holder): Promise<'alive' | 'dead' | 'unknown'> {
  if (holder.host !== hostname() || holder.processSpace !== (await processSpace())) return 'unknown';
  if (!exists(holder.pid)) return 'dead';
  const start = await startOf(holder.pid);
  return start === undefined || holder.processStart === '' || start === holder.processStart
    ? 'alive'
    : 'dead';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to another user.
    return errnoOf(error) === 'EPERM';
  }
}

async function processSpace(): Promise<string> {
  return readlink('/proc/self/ns/pid').catch(() => '');
}

/** Boot id and the 22nd field of /proc/<pid>/stat (proc(5)); `undefined` where there is no /proc. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field, the name of the command, may itself hold blanks and parentheses.
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()}:${afterName[19] ?? ''}`;
  } catch {
    return undefined;
  }
}
