/**
 * Values of primitive types inside the engine, and how each type reads, compares and writes them.
 *
 * In the engine a value is a plain scalar that compares with `<` and `===`:
 * text, Guid: string · Boolean: boolean · integers and Decimal: number when safe, bigint beyond 2^53 (JavaScript compares
 * the two exactly) · Double, Single: number · DateTimeOffset, Date: milliseconds since 1970-01-01T00:00:00Z ·
 * TimeOfDay: milliseconds since midnight · Duration: milliseconds. `null` is null.
 *
 * Spec: OData JSON Format 4.01 section 7.1 (primitive values), ABNF `primitiveLiteral`.
 */
import type { JsonValue, PrimitiveType } from './edm.js';

/** A value in the engine; collections are arrays of scalars. */
export type EdmValue = string | number | bigint | boolean | null | readonly EdmValue[];

/** What the engine knows of one primitive type. */
export interface PrimitiveOps {
  /** Engine value of a JSON value as it stands in a row; `undefined` when it does not fit the type. */
  fromJson(json: JsonValue): EdmValue | undefined;
  /** Engine value of a literal as it stands in a URL (text already unquoted); `undefined` when malformed. */
  fromLiteral(literal: string): EdmValue | undefined;
  /** JSON text of a non-null value. */
  toJson(value: EdmValue): string;
}

const JSON_DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,12}))?)?(Z|[+-]\d{2}:\d{2})$/i;
const DATE = /^-?\d{4,}-\d{2}-\d{2}$/;
const TIME_OF_DAY = /^(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,12})?)?$/;
const DURATION = /^([+-])?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,12})?)S)?)?$/i;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** An integer of any size as number when it is safe, else as bigint. */
export function exactInteger(integer: bigint): number | bigint {
  const small = Number(integer);
  return Number.isSafeInteger(small) ? small : integer;
}

/** Milliseconds since 1970 of an ISO 8601 moment, fractions of a millisecond kept; `undefined` when malformed. */
export function parseDateTimeOffset(literal: string): number | undefined {
  const match = JSON_DATE_TIME.exec(literal);
  if (match === null) return undefined;
  const [, day = '', hour = '', minute = '', second = '00', fraction = '', zone = ''] = match;
  const midnight = parseDate(day);
  if (midnight === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    return undefined;
  const offset = zoneOffsetMinutes(zone);
  if (offset === undefined) return undefined;
  const minutes = Number(hour) * 60 + Number(minute) - offset;
  return midnight + minutes * 60_000 + Number(second) * 1000 + Number(`0.${fraction || '0'}`) * 1000;
}

function zoneOffsetMinutes(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** Milliseconds since 1970 of midnight UTC of a day; `undefined` when there is no such day. */
export function parseDate(literal: string): number | undefined {
  if (!DATE.test(literal)) return undefined;
  const moment = Date.parse(`${literal}T00:00:00Z`);
  if (Number.isNaN(moment) || !new Date(moment).toISOString().startsWith(literal)) return undefined;
  return moment;
}

function parseTimeOfDay(literal: string): number | undefined {
  const match = TIME_OF_DAY.exec(literal);
  if (match === null) return undefined;
  const [, hour = '', minute = '', second = '0', fraction = '.0'] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000 + Number(`0${fraction}`) * 1000;
}

function parseDuration(literal: string): number | undefined {
  const match = DURATION.exec(literal);
  if (match === null || /[PT]$/i.test(literal)) return undefined;
  const [, sign = '+', days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  const total =
    ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000;
  return sign === '-' ? -total : total;
}

/** Digits of a second's fraction that a moment keeps: upstream may send seven, and $metadata says what is left. */
export const MOMENT_PRECISION = 3;

/** ISO 8601 text of a moment in UTC, without a fraction when it is zero. */
export function formatDateTimeOffset(milliseconds: number): string {
  return new Date(Math.floor(milliseconds)).toISOString().replace(/\.000Z$/, 'Z');
}

/** ISO 8601 text of a day. */
export function formatDate(milliseconds: number): string {
  return formatDateTimeOffset(milliseconds).slice(0, -'T00:00:00Z'.length);
}

function formatTimeOfDay(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice('1970-01-01T'.length, -1);
}

/** ISO 8601 text of a duration in days and seconds: `P2DT3.5S`. */
export function formatDuration(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : '';
  const size = Math.abs(milliseconds);
  const days = Math.floor(size / 86_400_000);
  const seconds = (size % 86_400_000) / 1000;
  if (days === 0) return `${sign}PT${seconds}S`;
  return `${sign}P${days}D${seconds === 0 ? '' : `T${seconds}S`}`;
}

const textual: PrimitiveOps = {
  fromJson: (json) => (typeof json === 'string' ? json : undefined),
  fromLiteral: (literal) => literal,
  toJson: (value) => JSON.stringify(value),
};

function integer(bits: number, signed = true): PrimitiveOps {
  const min = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const max = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
  const within = (value: number | bigint) => (value >= min && value <= max ? value : undefined);
  return {
    fromJson(json) {
      if (typeof json === 'number') return Number.isInteger(json) ? within(json) : undefined;
      return typeof json === 'bigint' ? within(exactInteger(json)) : undefined;
    },
    fromLiteral: (literal) =>
      INTEGER.test(literal) ? within(exactInteger(BigInt(literal.replace('+', '')))) : undefined,
    toJson: String,
  };
}

function floating(): PrimitiveOps {
  const special: Readonly<Record<string, number>> = { INF: Infinity, '-INF': -Infinity, NaN: NaN };
  return {
    fromJson: (json) =>
      typeof json === 'string' ? special[json] : typeof json === 'number' ? json : undefined,
    fromLiteral: (literal) => special[literal] ?? (DECIMAL.test(literal) ? Number(literal) : undefined),
    toJson(value) {
      const number = Number(value);
      if (Number.isFinite(number)) return String(number);
      return Number.isNaN(number) ? '"NaN"' : number > 0 ? '"INF"' : '"-INF"';
    },
  };
}

const decimal: PrimitiveOps = {
  fromJson: (json) =>
    typeof json === 'number' ? json : typeof json === 'bigint' ? exactInteger(json) : undefined,
  fromLiteral(literal) {
    if (INTEGER.test(literal)) return exactInteger(BigInt(literal.replace('+', '')));
    return DECIMAL.test(literal) ? Number(literal) : undefined;
  },
  toJson: (value) => plainDecimal(value),
};

/** A number without an exponent: Power Query reads none in Decimal values (power-query facts, "Types"). */
function plainDecimal(value: EdmValue): string {
  const short = String(value);
  if (typeof value !== 'number' || !short.includes('e')) return short;
  return Math.abs(value) >= 1 ? BigInt(value).toString() : value.toFixed(20).replace(/0+$/, '');
}

function temporal(
  parse: (literal: string) => number | undefined,
  format: (value: number) => string,
): PrimitiveOps {
  return {
    fromJson: (json) => (typeof json === 'string' ? parse(json) : undefined),
    fromLiteral: parse,
    toJson: (value) => `"${format(Number(value))}"`,
  };
}

/** The table of primitive types; the compiler forces it to be complete. */
export const PRIMITIVES: Readonly<Record<PrimitiveType, PrimitiveOps>> = {
  'Edm.String': textual,
  'Edm.Binary': textual,
  'Edm.Boolean': {
    fromJson: (json) => (typeof json === 'boolean' ? json : undefined),
    fromLiteral: (literal) => (literal === 'true' ? true : literal === 'false' ? false : undefined),
    toJson: String,
  },
  'Edm.Byte': integer(8, false),
  'Edm.SByte': integer(8),
  'Edm.Int16': integer(16),
  'Edm.Int32': integer(32),
  'Edm.Int64': integer(64),
  'Edm.Single': floating(),
  'Edm.Double': floating(),
  'Edm.Decimal': decimal,
  'Edm.DateTimeOffset': temporal(parseDateTimeOffset, formatDateTimeOffset),
  'Edm.Date': temporal(parseDate, formatDate),
  'Edm.TimeOfDay': temporal(parseTimeOfDay, formatTimeOfDay),
  'Edm.Duration': temporal(parseDuration, formatDuration),
  'Edm.Guid': {
    fromJson: (json) => (typeof json === 'string' && GUID.test(json) ? json.toLowerCase() : undefined),
    fromLiteral: (literal) => (GUID.test(literal) ? literal.toLowerCase() : undefined),
    toJson: (value) => JSON.stringify(value),
  },
};

/**
 * Order of two values of one type: negative, 0 or positive. Null is lowest (Protocol 4.01, 11.2.6.2); text compares by
 * UTF-16 code unit, which is also how the engine's `lt` and `gt` compare.
 */
export function compareValues(left: EdmValue, right: EdmValue): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? -1 : 1;
  // eslint-disable-next-line eqeqeq -- exact across number and bigint: 1 and 1n are the same Int64
  if (left == right) return 0;
  return left < right ? -1 : 1;
}
