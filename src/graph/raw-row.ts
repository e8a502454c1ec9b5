/** One raw row of Graph, read property by property; whatever does not fit becomes null and a line of drift. */
import { exactInteger, formatDateTimeOffset, parseDateTimeOffset } from '../model/edm-value.js';
import {
  KNOWN_MEMBERS,
  KNOWN_PROPERTIES,
  KNOWN_TYPES,
  type UpstreamEnum,
  type UpstreamType,
} from './known-upstream.js';
import type { Count } from './upstream.js';

const LARGEST_INT64 = 2n ** 63n - 1n;
const LONGEST_NAME = 80;
/** One row of a hostile upstream could name a million properties. */
const MOST_UNKNOWN_NAMES = 50;
const UNUSABLE_ID = /^\.{1,2}$|\p{Cc}|\p{Cs}/u;
const LONGEST_ID = 200;

/** Reads typed values from a row and collects the drift. */
export class RawRow {
  readonly drift: string[] = [];
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #type: UpstreamType;

  constructor(fields: object, type: UpstreamType) {
    this.#fields = fields as Readonly<Record<string, unknown>>;
    this.#type = type;
    this.#reportUnknown();
  }

  /** The key: opaque text that can stand in a path; `undefined` when it cannot. */
  id(): string | undefined {
    const id = this.#sent('id');
    const isUsable =
      typeof id === 'string' && id.trim() !== '' && id.length <= LONGEST_ID && !UNUSABLE_ID.test(id);
    return isUsable ? id : undefined;
  }

  /** Whether the row says by `@odata.type` that it is of a derived type. */
  isOfType(name: string): boolean {
    return this.#sent('@odata.type') === `#microsoft.graph.security.${name}`;
  }

  /** True when the property was sent; a nullable one as null, too. */
  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name);
  }

  /** True when the property was sent as a collection. */
  hasList(name: string): boolean {
    return Array.isArray(this.#sent(name));
  }

  text(name: string): string | null {
    return this.#read(name, (value) => (typeof value === 'string' ? value : undefined));
  }

  flag(name: string): boolean | null {
    return this.#read(name, (value) => (typeof value === 'boolean' ? value : undefined));
  }

  /** A member of an open enum, as sent. */
  member(name: string, type: UpstreamEnum): string | null {
    const member = this.text(name);
    if (member !== null) this.#reportMember(member, type);
    return member;
  }

  /** Texts; absent and null are empty, items that are no text are left out. */
  texts(name: string): string[] {
    const items =
      this.#read(name, (value) => (Array.isArray(value) ? (value as unknown[]) : undefined)) ?? [];
    const texts = items.filter((item) => typeof item === 'string');
    if (texts.length < items.length) this.#report(`type of an item of ${this.#type}.${name}`);
    return texts;
  }

  /** Members of an open enum, as sent. */
  members(name: string, type: UpstreamEnum): string[] {
    const members = this.texts(name);
    for (const member of members) this.#reportMember(member, type);
    return members;
  }

  /** An integer from 0 to `largest`; digits as text are accepted (Int64 under IEEE754Compatible=true). */
  count(name: string, largest = LARGEST_INT64): Count {
    return this.#read(name, (value) => countOf(value, largest));
  }

  /** An integer from 0 to `largest`, which must be safe. */
  integer(name: string, largest: number): number | null {
    const count = this.count(name, BigInt(largest));
    return count === null ? null : Number(count);
  }

  /** A moment as ISO 8601 text in UTC, to the millisecond. */
  moment(name: string): string | null {
    return this.#read(name, momentOf);
  }

  /** Says that a property must be there and is not. */
  require(...names: readonly string[]): void {
    for (const name of names) {
      if (this.#sent(name) === null) this.#report(`missing ${this.#type}.${name}`);
    }
  }

  /** Adds a line of drift about one property. */
  reportProperty(what: string, name: string): void {
    this.#report(`${what} ${this.#type}.${name}`);
  }

  #sent(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? (this.#fields[name] ?? null) : null;
  }

  #read<T>(name: string, read: (value: unknown) => T | undefined): T | null {
    const value = this.#sent(name);
    if (value === null) return null;
    const typed = read(value);
    if (typed === undefined) this.#report(`value of ${this.#type}.${name}`);
    return typed ?? null;
  }

  #reportUnknown(): void {
    const names = Object.keys(this.#fields).filter(
      (name) => !name.includes('@') && !KNOWN_PROPERTIES[this.#type].has(name),
    );
    for (const name of names.slice(0, MOST_UNKNOWN_NAMES))
      this.#report(`property ${this.#type}.${short(name)}`);
    const type = this.#sent('@odata.type');
    if (typeof type === 'string' && !KNOWN_TYPES.has(type.replace(/^#microsoft\.graph\.security\./, ''))) {
      this.#report(`type ${short(type)}`);
    }
  }

  #reportMember(member: string, type: UpstreamEnum): void {
    if (!KNOWN_MEMBERS[type].has(member)) this.#report(`member ${type}.${short(member)}`);
  }

  #report(drift: string): void {
    if (!this.drift.includes(drift)) this.drift.push(drift);
  }
}

function countOf(value: unknown, largest: bigint): number | bigint | undefined {
  const integer = integerOf(value);
  return integer !== undefined && integer >= 0n && integer <= largest ? exactInteger(integer) : undefined;
}

function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}

/** Years that cannot be written back in four digits (a time zone can carry 9999 over) are no moments. */
function momentOf(value: unknown): string | undefined {
  const milliseconds = typeof value === 'string' ? parseDateTimeOffset(value) : undefined;
  if (milliseconds === undefined) return undefined;
  const text = formatDateTimeOffset(milliseconds);
  return /^\d{4}-/.test(text) ? text : undefined;
}

/** A name from upstream, fit for a report: one line, not endless. */
function short(name: string): string {
  const line = name.replace(/[\p{Cc}\s]+/gu, ' ');
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME)}…` : line;
}
