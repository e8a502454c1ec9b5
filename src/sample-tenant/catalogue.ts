/** What an app of the sample tenant is, whatever the day: name, risk, tags, domains, popularity, and its habits. */
import { appName } from './app-names.js';
import { ABSENT, oddityAt, type Oddity } from './odd-apps.js';
import { hashOf, pick, unit } from './random.js';

/** Apps at the head of the catalogue: used daily, in every stream. Every oddity stands there. */
export const EVERYDAY_APPS = 200;

const DAY_ZERO_OF_OLD_APPS = Date.UTC(2016, 0, 1) / 86_400_000;
const SPAN_OF_OLD_APPS = 7 * 365;

/** An app, before anyone used it. */
export interface CatalogueApp {
  readonly index: number;
  /** Hash of the app: seed of everything about it. */
  readonly key: number;
  readonly id: string;
  readonly displayName: string;
  readonly category: string;
  readonly riskScore: number | null;
  readonly tags: readonly string[];
  readonly domains: readonly string[] | null | undefined;
  readonly description: string | null | undefined;
  /** Users that the app has in a big stream at most. */
  readonly users: number;
  /** One use every so many days. */
  readonly cadenceDays: number;
  /** Day (from 1970-01-01 UTC) on which an app that stays was first seen. */
  readonly bornDay: number;
  /** Days from one appearance to the next, or undefined for an app that stays. */
  readonly cycleDays: number | undefined;
  readonly oddity: Oddity;
}

/** Five or six decimal digits, as in Microsoft's catalogue; 100000 … 100199 always exist in a tenant of 200 apps. */
function idAt(index: number): string {
  const fiveDigits = index >= EVERYDAY_APPS && index % 7 === 0 && index < 89_000;
  return String((fiveDigits ? 10_000 : 100_000) + index);
}

function riskOf(key: number, displayName: string): number | null {
  if (/^(Microsoft|Google|Amazon|Adobe|SAP|Salesforce|Slack|Zoom$|Box$|Dropbox$)/.test(displayName))
    return 8 + (key % 3);
  const roll = unit(hashOf(key, 11));
  if (roll < 0.02) return null;
  return Math.round(unit(hashOf(key, 12)) * 6 + unit(hashOf(key, 13)) * 4);
}

function tagsOf(key: number, risk: number | null): string[] {
  const roll = unit(hashOf(key, 21));
  const tags: string[] = [];
  if (risk !== null && risk >= 7 && roll < 0.3) tags.push('Sanctioned');
  else if (risk !== null && risk <= 4 && roll < 0.25) tags.push('Unsanctioned');
  else if (roll > 0.95) tags.push('Monitored');
  if (unit(hashOf(key, 22)) < 0.04) {
    tags.push(pick(hashOf(key, 23), ['Finance', 'Works council', 'Pilot 2025', 'HR; approved', 'Éducation']));
  }
  return tags;
}

function domainsOf(key: number, displayName: string): string[] {
  const slug = displayName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '');
  const name = slug === '' ? `app${key % 10_000}` : slug.slice(0, 40);
  const more = [`*.${name}.com`, `${name}.io`, `api.${name}.com`, `${name}-cdn.net`];
  return [`${name}.com`, ...more.slice(0, Math.floor(unit(hashOf(key, 31)) * 4))];
}

function words(category: string): string {
  return category.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Popularity falls with the place (Zipf), with noise; small apps have 1 to 3 users, so counts tie. */
function usersOf(index: number, key: number): number {
  const zipf = 2_400 / Math.pow(index + 2, 0.85);
  return Math.max(1, Math.round(zipf * (0.4 + 1.2 * unit(hashOf(key, 41)))));
}

/** The app at a place of the catalogue of a tenant with that seed. */
export function catalogueApp(seed: number, index: number): CatalogueApp {
  const key = hashOf(seed, index);
  const oddity = oddityAt(index) ?? {};
  const named = appName(index);
  const displayName = oddity.displayName ?? named.displayName;
  const category = oddity.category ?? named.category;
  const riskScore = oddity.riskScore === undefined ? riskOf(key, displayName) : oddity.riskScore;
  const everyday = index < EVERYDAY_APPS;
  const comesAndGoes = !everyday && unit(hashOf(key, 51)) < 0.2;
  const described =
    unit(hashOf(key, 52)) < 0.9 ? `${displayName} is a service for ${words(category)}.` : undefined;
  return {
    index,
    key,
    id: idAt(index),
    displayName,
    category,
    riskScore,
    tags: oddity.tags ?? tagsOf(key, riskScore),
    domains: oddity.domains === undefined ? domainsOf(key, displayName) : given(oddity.domains),
    description: oddity.description === undefined ? described : given(oddity.description),
    users: oddity.tied === true ? 12 : usersOf(index, key),
    cadenceDays: everyday ? 1 : pick(hashOf(key, 53), [1, 1, 1, 2, 3, 5, 7, 7, 14, 21, 30, 45, 60, 75]),
    bornDay: DAY_ZERO_OF_OLD_APPS + Math.floor(unit(hashOf(key, 55)) * SPAN_OF_OLD_APPS),
    cycleDays: comesAndGoes ? 240 + Math.floor(unit(hashOf(key, 54)) * 160) : undefined,
    oddity,
  };
}

function given<T>(value: T | typeof ABSENT): T | undefined {
  return value === ABSENT ? undefined : value;
}

/** Days since the app (again) appeared, on a day counted from 1970-01-01 UTC. */
export function ageOn(app: CatalogueApp, day: number): number {
  if (app.cycleDays === undefined) return day - app.bornDay;
  return (day + (app.key % app.cycleDays)) % app.cycleDays;
}

/**
 * Whether anyone can have used the app at that age. An app that comes and goes is away for at least 92 days, longer
 * than any period, so a window never holds two of its lives.
 */
export function isAlive(app: CatalogueApp, ageDays: number): boolean {
  const awayDays = 92 + (app.key % 8);
  return ageDays >= 0 && (app.cycleDays === undefined || ageDays < app.cycleDays - awayDays);
}
