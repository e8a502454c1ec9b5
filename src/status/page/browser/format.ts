/** Values as people read them, in the language of their browser. What is not measured is a dash, never zero. */

/** Stands where there is no value. */
export const NONE = '–';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];

/** Bytes in powers of 1,000, three digits. @example bytes(29617175854) → '29.6 GB' */
export function bytes(value: unknown): string {
  if (typeof value !== 'number') return NONE;
  const step = value < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** step;
  return `${new Intl.NumberFormat(undefined, { maximumSignificantDigits: step === 0 ? 4 : 3 }).format(scaled)} ${UNITS[step] ?? ''}`;
}

/** A count with separators. */
export function count(value: unknown): string {
  return typeof value === 'number' ? new Intl.NumberFormat().format(value) : NONE;
}

/** Text as it is; a dash for none. */
export function words(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : NONE;
}

/** The day of a moment, in UTC as the feed counts days. */
export function day(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 10) : NONE;
}

/** Date and time of a moment where the visitor is. */
export function moment(value: unknown): string {
  const time = typeof value === 'string' ? new Date(value) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) return NONE;
  return new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** How long ago, or until: `12 minutes ago`. @param now milliseconds since 1970 */
export function distance(value: unknown, now: number): string {
  if (typeof value !== 'string') return NONE;
  const seconds = (Date.parse(value) - now) / 1000;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? ['minute', 60];
  return new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}
