import { Presets, SingleBar } from 'cli-progress';
import type { Observe } from '../observe/observation.js';

/** A bar on standard error that follows refreshes: one step per stream and period. */
export function progressBar(): Observe {
  const bar = new SingleBar(
    {
      format: 'Reading {what} {bar} {value}/{total}, {rows} rows',
      hideCursor: true,
      clearOnComplete: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  return (observation) => {
    if (observation.kind === 'refreshStarted') bar.start(1, 0, { what: 'the list of streams', rows: 0 });
    if (observation.kind === 'refreshProgress') {
      bar.setTotal(observation.total);
      bar.update(observation.done, { what: observation.what, rows: observation.rows.toLocaleString('en') });
    }
    if (observation.kind === 'refreshEnded') bar.stop();
  };
}
