/** Tells when files change, by asking for their state now and then. */
import { unwatchFile, watchFile } from 'node:fs';

/** Milliseconds between two looks at a file. */
const LOOK_EVERY_MS = 2000;

/** Milliseconds without a further change before one is told: a certificate and its key are written one after the other. */
const SETTLE_MS = 500;

/**
 * Calls `changed` after any of the files has changed, once for changes that come together.
 *
 * Looks at them every two seconds. Events of the system would be quicker, and miss what matters here: Kubernetes swaps
 * mounted secrets by a symbolic link further up, and network file systems send none.
 *
 * @returns ends the watch
 */
export function watchFiles(paths: readonly string[], changed: () => void): () => void {
  let settling: NodeJS.Timeout | undefined;
  const seen = () => {
    clearTimeout(settling);
    settling = setTimeout(changed, SETTLE_MS).unref();
  };
  for (const path of paths) watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, seen);
  return () => {
    clearTimeout(settling);
    for (const path of paths) unwatchFile(path, seen);
  };
}
