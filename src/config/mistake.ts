import { FeedError } from '../errors.js';
import { environmentName, type Setting } from './setting.js';
import { settingOf, type SettingName } from './settings.js';

/** One line of the report: which setting, where it came from, what was given, what is accepted. */
export interface Mistake {
  /** The setting, or the place in the file. */
  readonly about: string;
  readonly line: string;
}

/** Says a mistake in one line. */
export function mistake(about: string, what: string): Mistake {
  return { about, line: `${about}: ${what}` };
}

/** A value that its setting does not accept. `problem` is a predicate; the value is masked when it is secret. */
export function wrongValue(
  name: SettingName,
  given: { readonly raw: unknown; readonly origin: string; readonly hidden?: true },
  problem: string,
): Mistake {
  const row = settingOf(name);
  const shown = row.secret === true || given.hidden === true ? '***' : quote(given.raw);
  return mistake(
    name,
    `${shown} from ${given.origin} ${problem}. Accepted: ${row.type.accepts}. Example: ${example(name, row)}`,
  );
}

function example(name: SettingName, row: Setting<unknown>): string {
  return row.only === 'file' ? `"${name}": ${row.example}` : `${environmentName(name)}=${row.example}`;
}

/** What was given, on one line and not endless; control characters are escaped, as they would reach a terminal. */
export function quote(raw: unknown): string {
  const json = JSON.stringify(raw) as string | undefined;
  const written =
    typeof raw === 'string' ? `'${(json ?? '').slice(1, -1).replaceAll('\\"', '"')}'` : String(json);
  const escaped = written.replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return escaped.length <= 100 ? escaped : `${escaped.slice(0, 97)}…`;
}

/** All mistakes as one error, so that one start shows them all. */
export function configInvalid(mistakes: readonly Mistake[]): FeedError {
  const head =
    mistakes.length === 1
      ? 'The configuration has a mistake:'
      : `The configuration has ${mistakes.length} mistakes:`;
  const [first] = mistakes;
  return new FeedError(
    'CONFIG_INVALID',
    [head, ...mistakes.map(({ line }) => `- ${line}`)].join('\n'),
    first === undefined ? {} : { target: first.about },
  );
}
