/** Where a command talks to a person: standard output for results, standard error for progress and errors. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** The streams of a command; tests pass their own. */
export interface Terminal {
  /** Prints one line of the result. */
  readonly print: (line: string) => void;
  /** Prints one line beside the result. */
  readonly warn: (line: string) => void;
  /** Whether a person is watching: progress bars are drawn only then. */
  readonly isWatched: boolean;
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  print: (line) => void process.stdout.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
  isWatched: process.stderr.isTTY,
};

/**
 * Reads one line of standard input without showing it: a password never stands in a command line or on the screen.
 * @param prompt shown on standard error when a person is typing
 */
export async function readSecretLine(prompt: string): Promise<string> {
  const silent = new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
  const isTyped = process.stdin.isTTY;
  if (isTyped) process.stderr.write(prompt);
  const lines = createInterface({ input: process.stdin, output: silent, terminal: isTyped });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    if (isTyped) process.stderr.write('\n');
  }
}
