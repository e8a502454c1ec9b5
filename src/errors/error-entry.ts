/** What an error of one code means to HTTP clients or to the shell. */
export interface ErrorEntry {
  /** HTTP status of the answer, for errors that reach a reader of the feed. */
  readonly status?: number;
  /** Exit code of the process, for errors that end a command (sysexits.h: 75 try again, 77 no permission, 78 configuration). */
  readonly exitCode?: number;
  /** One sentence for docs/errors.md. */
  readonly when: string;
  /** What the person does next; a throw site may give a more precise one. */
  readonly hint: string;
}
