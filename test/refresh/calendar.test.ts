import { describe, expect, it } from '@jest/globals';
import { calendarRows, dateKey } from '../../src/refresh/calendar.js';

const today = new Date('2026-11-23T10:00:00Z');
const rows = [...calendarRows(20250307, today)];
const day = (key: number) => rows.find((row) => row.dateKey === key);

describe('Dates', () => {
  it('covers whole years from the earliest date to the end of this year', () => {
    expect(rows[0]?.dateKey).toBe(20250101);
    expect(rows.at(-1)?.dateKey).toBe(20261231);
    expect(rows).toHaveLength(365 + 365);
  });

  it('is in key order without a gap', () => {
    expect(rows.map((row) => row.dateKey)).toEqual(
      [...new Set(rows.map((row) => row.dateKey))].sort((a, b) => a - b),
    );
  });

  it('covers this year alone when the data has no date', () => {
    expect([...calendarRows(null, today)].map((row) => row.year)).toEqual(Array(365).fill(2026));
  });

  it('does not fill two thousand years because of a placeholder date', () => {
    expect([...calendarRows(10101, today)][0]?.year).toBe(2010);
  });

  it('ends with this year even when the data lies in the future', () => {
    expect([...calendarRows(20300101, today)][0]?.year).toBe(2026);
  });

  it.each([
    [20260101, { isoYear: 2026, isoWeek: 1, dayOfWeek: 4, dayName: 'Thursday', quarter: 1 }],
    [20251229, { isoYear: 2026, isoWeek: 1, dayOfWeek: 1, year: 2025, quarter: 4 }],
    [
      20261231,
      { isoYear: 2026, isoWeek: 53, isLastDayOfYear: true, isLastDayOfQuarter: true, isLastDayOfMonth: true },
    ],
    [20260228, { isLastDayOfMonth: true, isLastDayOfQuarter: false, isWeekend: true, yearMonth: 202602 }],
    [20260301, { isLastDayOfWeek: true, isLastDayOfMonth: false, monthName: 'March', date: '2026-03-01' }],
  ])('describes %i', (key, expected) => {
    expect(day(key)).toMatchObject(expected);
  });

  it('knows leap years', () => {
    const leap = [...calendarRows(20240101, new Date('2024-05-01T00:00:00Z'))];
    expect(leap).toHaveLength(366);
    expect(leap.find((row) => row.dateKey === 20240229)?.isLastDayOfMonth).toBe(true);
    expect(leap.find((row) => row.dateKey === 20240228)?.isLastDayOfMonth).toBe(false);
  });

  it.each([
    ['2026-11-23T23:59:59Z', 20261123],
    ['2026-01-02T00:00:00.123Z', 20260102],
    [null, null],
  ])('keys %s as %s', (moment, key) => {
    expect(dateKey(moment)).toBe(key);
  });
});
