/**
 * Date and time functions, all in UTC. Arguments are milliseconds: since 1970 for DateTimeOffset and Date, since
 * midnight for TimeOfDay. Spec: URL Conventions 4.01, section 5.1.1.8.
 */
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 0001-01-01T00:00:00Z. */
export const MIN_DATE_TIME = -62_135_596_800_000;
/** 9999-12-31T23:59:59.999Z. */
export const MAX_DATE_TIME = 253_402_300_799_999;

/** `part` of the size `unit` within the next larger unit; right for moments before 1970 too. */
function within(moment: number, unit: number, larger: number): number {
  return Math.floor((moment - Math.floor(moment / larger) * larger) / unit);
}

export const year = (moment: number) => new Date(Math.floor(moment)).getUTCFullYear();
export const month = (moment: number) => new Date(Math.floor(moment)).getUTCMonth() + 1;
export const day = (moment: number) => new Date(Math.floor(moment)).getUTCDate();
export const hour = (moment: number) => within(moment, HOUR, DAY);
export const minute = (moment: number) => within(moment, MINUTE, HOUR);
export const second = (moment: number) => within(moment, SECOND, MINUTE);

/** Fraction of the second, 0 to below 1. */
export function fractionalseconds(moment: number): number {
  return Number(((moment - Math.floor(moment / SECOND) * SECOND) / SECOND).toFixed(9));
}

/** Midnight of the day. */
export const date = (moment: number) => Math.floor(moment / DAY) * DAY;
/** Milliseconds since midnight. */
export const time = (moment: number) => moment - date(moment);
/** A duration in seconds. */
export const totalseconds = (duration: number) => duration / SECOND;
