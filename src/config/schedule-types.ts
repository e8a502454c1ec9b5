/** Kinds of times: cron expressions and time zones. What passes here, node-cron understands (a test compares). */
import { bad, good, textual, type SettingType } from './setting-type.js';

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** The most days that each month can have, January first. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const SECOND: Field = { name: 'second', min: 0, max: 59 };
const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of week', min: 0, max: 7, words: WEEKDAYS },
];

/** A cron expression of five fields, or six with seconds first. */
export function cronExpression(): SettingType<string> {
  return textual('five cron fields: minute hour day-of-month month day-of-week', (given) => {
    const parts = given.trim().split(/\s+/);
    if (parts.length !== 5 && parts.length !== 6) {
      return bad(`has ${parts.length} ${parts.length === 1 ? 'field' : 'fields'}`);
    }
    const fields = parts.length === 6 ? [SECOND, ...FIELDS] : FIELDS;
    for (const [index, field] of fields.entries()) {
      const problem = fieldProblem(parts[index] ?? '', field);
      if (problem !== undefined) return bad(problem);
    }
    return neverComes(parts.at(-3) ?? '', parts.at(-2) ?? '')
      ? bad('names a day that none of its months has')
      : good(parts.join(' '));
  });
}

/** A time zone that this Node knows: an IANA name or UTC. */
export function timeZone(): SettingType<string> {
  return textual('an IANA time zone name', (given) => {
    try {
      return good(new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone);
    } catch {
      return bad('is no time zone that is known here');
    }
  });
}

function fieldProblem(text: string, field: Field): string | undefined {
  for (const item of text.split(',')) {
    const [range = '', step, ...more] = item.split('/');
    if (more.length > 0) return `has two steps in its ${field.name} '${text}'`;
    if (step !== undefined && !isStep(step, field)) {
      return `has a step '${step}' in its ${field.name} that is not from 1 to ${field.max}`;
    }
    if (range === '*') continue;
    const ends = range.split('-').map((end) => fieldNumber(end, field));
    const [low, high = low] = ends;
    if (ends.length > 2 || low === undefined || high === undefined) {
      return `has a ${field.name} '${item}' that is not from ${field.min} to ${field.max}`;
    }
    if (low > high) return `has a ${field.name} '${item}' that runs backwards`;
    if (step !== undefined && ends.length === 1) {
      return `has a step in its ${field.name} '${item}' without a range: write */${step} or ${low}-${field.max}/${step}`;
    }
  }
  return undefined;
}

function isStep(text: string, field: Field): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= field.max;
}

function fieldNumber(text: string, field: Field): number | undefined {
  const word = field.words?.indexOf(text.toLowerCase().slice(0, 3)) ?? -1;
  if (word >= 0 && text.length === 3) return word + field.min;
  if (!/^\d{1,2}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= field.min && value <= field.max ? value : undefined;
}

/** Day of month and month in plain numbers whose every pair does not exist, such as 31 2. */
function neverComes(days: string, months: string): boolean {
  const month = FIELDS[3];
  if (month === undefined || !/^[\d,]+$/.test(days) || /[*/-]/.test(months)) return false;
  const firstDay = Math.min(...days.split(',').map(Number));
  return months.split(',').every((part) => firstDay > (LONGEST[(fieldNumber(part, month) ?? 1) - 1] ?? 31));
}
