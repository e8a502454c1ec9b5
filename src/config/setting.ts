import type { SettingType } from './setting-type.js';

/**
 * One row of the settings table. One naming rule: setting `pageSize` ↔ environment `PAGE_SIZE` ↔ flag `--page-size` ↔
 * file member `"pageSize"`.
 */
export interface Setting<T> {
  readonly type: SettingType<T>;
  readonly default: T;
  /** Of a number, where the name does not say it. */
  readonly unit?: string;
  /** What it does, for someone who runs the server. */
  readonly help: string;
  /** A right value in its text form. */
  readonly example: string;
  /** Masked wherever it is printed, and refused as a flag: a command line is visible to every user of the machine. */
  readonly secret?: true;
  /** Also as `<ENV>_FILE`, `--<flag>-file`, `"<name>File"`: the path of a file that holds the value. */
  readonly fromFile?: true;
  /** Where it can be given, when that is not everywhere. */
  readonly only?: 'file' | 'outside the file';
  /** Not taken over while the server runs: see docs/operations.md, "Reload". */
  readonly needsRestart?: true;
  /** A shorter flag beside the regular one, without dashes. */
  readonly shortFlag?: string;
}

type Rest<T> = Omit<Setting<T>, 'type' | 'default'>;

/** A setting that always has a value. */
export function setting<T>(type: SettingType<T>, byDefault: T, rest: Rest<T>): Setting<T> {
  return { type, default: byDefault, ...rest };
}

/** A setting that may have none. */
export function optional<T>(type: SettingType<T>, rest: Rest<T>): Setting<T | undefined> {
  return { type, default: undefined, ...rest };
}

/** `pageSize` → `PAGE_SIZE`. */
export function environmentName(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase();
}

/** `pageSize` → `page-size`: the flag without its dashes. */
export function flagName(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}
