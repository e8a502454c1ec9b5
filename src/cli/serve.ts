/** `discovery-feed serve`: the server, until it is told to stop. */
import type { Settings } from '../config/settings.js';
import { watchFiles } from '../config/watch-files.js';
import { heapKeeper } from '../heap.js';
import type { Observation, Observe } from '../observe/observation.js';
import { observers } from '../observe/observation.js';
import { startServer, type RunningServer } from '../server.js';
import { progressBar } from './progress.js';
import { farewell, feedUrl, greeting, nextRefresh, rowCounts } from './summary.js';
import type { Terminal } from './terminal.js';

/**
 * Serves until SIGTERM or SIGINT (Ctrl+C); a second signal ends the process at once. SIGHUP reads the configuration again
 * (`load`); on a terminal it means that the window was closed, and ends the server as everything there. Windows knows
 * it only as that: there, WATCH_CONFIG_FILE reads it again.
 */
export async function serve(
  settings: Settings,
  log: Observe,
  terminal: Terminal,
  load: () => Settings,
): Promise<number> {
  const hangUpEnds = terminal.isWatched || process.platform === 'win32';
  const ending = untilSignal(hangUpEnds ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM']);
  const firstRun = watchFirstRun();
  const watching = terminal.isWatched ? [progressBar()] : [];
  const observe = observers(log, ...watching, firstRun.observe, heapKeeper());
  const starting = startServer(settings, observe);
  // From now on: whoever asks during the start is heard once it is over.
  const unwatch = reloadWhenAsked(starting, settings, load, hangUpEnds);
  const server = await starting;
  if (!terminal.isWatched) greet(server, settings, terminal);
  if (server.pollsNow) await Promise.race([firstRun.ended, ending]);
  if (terminal.isWatched) greet(server, settings, terminal);
  for (const line of rowReport(server)) terminal.print(line);
  const signal = await ending;
  unwatch();
  await server.stop(signal);
  return 0;
}

/** @returns ends the watch of the file */
function reloadWhenAsked(
  starting: Promise<RunningServer>,
  { watchConfigFile, configFile }: Settings,
  load: () => Settings,
  hangUpEnds: boolean,
): () => void {
  const reload = () => {
    starting.then(
      (server) => {
        server.reload(load);
      },
      () => undefined,
    );
  };
  if (!hangUpEnds) process.on('SIGHUP', reload);
  return watchConfigFile && configFile !== undefined ? watchFiles([configFile], reload) : () => undefined;
}

function greet(server: RunningServer, settings: Settings, terminal: Terminal): void {
  const lines = [...greeting(settings, feedUrl(settings, server.url)), ...farewell(settings), ''];
  for (const line of lines) terminal.print(line);
}

/** Printed when the first run of this start has ended, or at once when none was due. */
function rowReport(server: RunningServer): string[] {
  return [
    rowCounts(server.store.current()),
    nextRefresh(server.schedule.nextRun()),
    `  Serving rows  ${process.uptime().toFixed(1)} s after the start`,
  ];
}

/** Ends with the first run of every tenant; later runs are the log's business. */
function watchFirstRun(): { observe: Observe; ended: Promise<void> } {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    ended,
    observe: (observation: Observation) => {
      if (observation.kind === 'refreshEnded') end();
    },
  };
}

function untilSignal(signals: readonly NodeJS.Signals[]): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (asked) process.exit(130);
      asked = true;
      resolve(signal);
    };
    for (const signal of signals) process.on(signal, onSignal);
    if (process.platform === 'win32') process.on('SIGBREAK', onSignal);
  });
}
