import { date, entityType, flag, int32, required, text, type RowOf } from './edm.js';

/** Dimension: one calendar day in UTC. */
export const CalendarDate = entityType('CalendarDate', {
  key: ['dateKey'],
  description:
    'One calendar day (UTC). Whole years, from the earliest date in the data to the end of this year: mark it as the date table.',
  properties: {
    dateKey: required(int32('The day as yyyymmdd.')),
    date: required(date('The day.')),
    year: required(int32('Year.')),
    quarter: required(int32('Quarter of the year, 1 to 4.')),
    month: required(int32('Month of the year, 1 to 12.')),
    monthName: required(text('Month in English, for example November.')),
    yearMonth: required(int32('Year and month as yyyymm: sorts months across years.')),
    day: required(int32('Day of the month, 1 to 31.')),
    dayOfWeek: required(int32('Day of the week, 1 for Monday to 7 for Sunday (ISO 8601).')),
    dayName: required(text('Day of the week in English, for example Monday.')),
    isoYear: required(int32('Year that the ISO 8601 week belongs to.')),
    isoWeek: required(int32('Week of the ISO 8601 year, 1 to 53.')),
    isWeekend: required(flag('True on Saturday and Sunday.')),
    isLastDayOfWeek: required(flag('True on Sunday.')),
    isLastDayOfMonth: required(flag('True on the last day of a month.')),
    isLastDayOfQuarter: required(flag('True on the last day of a quarter.')),
    isLastDayOfYear: required(flag('True on 31 December.')),
  },
});

/** A row of Dates. */
export type DateRow = RowOf<typeof CalendarDate>;
