/** Passwords of people: scrypt, off the event loop, in the PHC string format `$scrypt$ln=15,r=8,p=3$salt$hash`. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Work that one hash costs: memory is 128 · r · 2^ln bytes (32 MiB by default). */
export interface ScryptCost {
  /** log2 of N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's middle choice for scrypt: 32 MiB, about 0.1 s. */
const DEFAULT_COST: ScryptCost = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/**
 * A hash for `basicUsers` of the configuration; another salt every time. Passwords are compared in Unicode form NFC
 * (RFC 8265), so it does not matter how a keyboard composes an é.
 */
export async function hashPassword(password: string, cost: ScryptCost = DEFAULT_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return written(cost, salt, await derive(password, salt, cost));
}

/** Whether the password fits the hash; false for what is no scrypt hash. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const parsed = parse(stored);
  if (parsed === undefined) return false;
  const derived = await derive(password, parsed.salt, parsed.cost, parsed.hash.length);
  return timingSafeEqual(derived, parsed.hash);
}

/**
 * A hash that no password fits, as costly to check as the costliest of the stored ones: an unknown user takes as long as
 * a known one.
 */
export function dummyHash(stored: readonly string[]): string {
  const costs = stored.flatMap((hash) => parse(hash)?.cost ?? []);
  const cost = costs.sort((a, b) => work(b) - work(a))[0] ?? DEFAULT_COST;
  return written(cost, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
}

function work({ ln, r, p }: ScryptCost): number {
  return 2 ** ln * r * p;
}

const PHC = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z\d+/]+)={0,2}\$([A-Za-z\d+/]+)={0,2}$/;

function parse(stored: string): { cost: ScryptCost; salt: Buffer; hash: Buffer } | undefined {
  const [, ln, r, p, salt, hash] = PHC.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

function written(cost: ScryptCost, salt: Buffer, hash: Buffer): string {
  const plain = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${plain(salt)}$${plain(hash)}`;
}

/** Two at a time: the thread pool of Node has four threads, and files need some of them. */
const PARALLEL = 2;
const waiting: (() => void)[] = [];
let running = 0;

async function derive(
  password: string,
  salt: Buffer,
  cost: ScryptCost,
  length = HASH_BYTES,
): Promise<Buffer> {
  if (running >= PARALLEL) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await scryptAsync(password.normalize('NFC'), salt, cost, length);
  } finally {
    // The place goes straight to the next in line, so nobody can slip in between.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function scryptAsync(
  password: string,
  salt: Buffer,
  { ln, r, p }: ScryptCost,
  length: number,
): Promise<Buffer> {
  const options = { N: 2 ** ln, r, p, maxmem: 256 * r * 2 ** ln + 1024 * r * p };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, derived) => {
      if (error === null) resolve(derived);
      else reject(error);
    });
  });
}
