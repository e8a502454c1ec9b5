import type { DateRow } from '../model/date.js';

const DAY_MS = 86_400_000;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Cloud Discovery began in 2015: an earlier date is upstream's placeholder (0001-01-01), no reason for 2,000 years of rows. */
const EARLIEST_YEAR = 2010;

/** Day of a moment in UTC as yyyymmdd; null for null. @example dateKey('2026-11-23T04:05:06Z') → 20261123 */
export function dateKey(moment: string | null): number | null {
  return moment === null ? null : Number(moment.slice(0, 10).replaceAll('-', ''));
}

/**
 * Rows of Dates in key order: whole years, from the year of the earliest date in the data to the end of this year.
 *
 * @param earliest yyyymmdd of the earliest date; null when the data has none
 * @param today the moment that decides which year "this year" is, in UTC
 */
export function* calendarRows(earliest: number | null, today: Date): Generator<DateRow> {
  const lastYear = today.getUTCFullYear();
  const firstYear = firstYearOf(earliest, lastYear);
  const end = Date.UTC(lastYear, 11, 31);
  for (let day = Date.UTC(firstYear, 0, 1); day <= end; day += DAY_MS) yield dateRow(day);
}

function firstYearOf(earliest: number | null, lastYear: number): number {
  const year = earliest === null ? lastYear : Math.floor(earliest / 10_000);
  return Math.min(Math.max(year, EARLIEST_YEAR), lastYear);
}

function dateRow(milliseconds: number): DateRow {
  const moment = new Date(milliseconds);
  const tomorrow = new Date(milliseconds + DAY_MS);
  const year = moment.getUTCFullYear();
  const month = moment.getUTCMonth() + 1;
  const day = moment.getUTCDate();
  const dayOfWeek = isoDayOfWeek(moment);
  const isLastDayOfMonth = tomorrow.getUTCDate() === 1;
  const { isoYear, isoWeek } = isoWeekOf(milliseconds);
  return {
    dateKey: year * 10_000 + month * 100 + day,
    date: moment.toISOString().slice(0, 10),
    year,
    quarter: Math.ceil(month / 3),
    month,
    monthName: MONTHS[month - 1] ?? '',
    yearMonth: year * 100 + month,
    day,
    dayOfWeek,
    dayName: DAYS[dayOfWeek - 1] ?? '',
    isoYear,
    isoWeek,
    isWeekend: dayOfWeek > 5,
    isLastDayOfWeek: dayOfWeek === 7,
    isLastDayOfMonth,
    isLastDayOfQuarter: isLastDayOfMonth && month % 3 === 0,
    isLastDayOfYear: month === 12 && day === 31,
  };
}

/** 1 for Monday to 7 for Sunday. */
function isoDayOfWeek(moment: Date): number {
  return moment.getUTCDay() === 0 ? 7 : moment.getUTCDay();
}

/** ISO 8601: a week belongs to the year that its Thursday lies in. */
function isoWeekOf(milliseconds: number): { isoYear: number; isoWeek: number } {
  const thursday = new Date(milliseconds + (4 - isoDayOfWeek(new Date(milliseconds))) * DAY_MS);
  const isoYear = thursday.getUTCFullYear();
  return { isoYear, isoWeek: Math.floor((thursday.getTime() - Date.UTC(isoYear, 0, 1)) / DAY_MS / 7) + 1 };
}
