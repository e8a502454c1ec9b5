/**
 * Counts failed sign-ins, so that nobody guesses passwords at leisure. It is asked only about credentials that were
 * checked and found wrong: a right one is never refused for others' failures, even behind a gateway whose users share
 * one address.
 */
import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** How many failures, in how long. */
export interface FailureLimit {
  readonly failures: number;
  readonly windowSeconds: number;
}

/** Where a wrong credential came from, and whom it named. */
export interface Failure {
  readonly address: string;
  /** The user that it claims to be; empty for keys and tokens. */
  readonly name: string;
}

/** Names are counted in this many classes an address: whoever invents names cannot fill the memory. */
const CLASSES = 256;

/** Counts in the memory of this process. */
export class SignInFailures {
  readonly #limiter: RateLimiterMemory;

  constructor({ failures, windowSeconds }: FailureLimit) {
    this.#limiter = new RateLimiterMemory({ points: failures, duration: windowSeconds });
  }

  /** Counts one; the seconds to wait when there were too many of its kind, else undefined. */
  async add(failure: Failure): Promise<number | undefined> {
    try {
      await this.#limiter.consume(keyOf(failure));
      return undefined;
    } catch (thrown) {
      if (thrown instanceof RateLimiterRes) return Math.max(1, Math.ceil(thrown.msBeforeNext / 1000));
      throw thrown;
    }
  }
}

function keyOf({ address, name }: Failure): string {
  const digest = createHash('sha256').update(name, 'utf8').digest();
  return `${networkOf(address)}|${digest.readUInt16BE(0) % CLASSES}`;
}

/** One household has a whole /64 of IPv6 addresses (RFC 6177): they count as one. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.toLowerCase().startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('::');
  const front = head.split(':').filter((group) => group !== '');
  const back = (tail ?? '').split(':').filter((group) => group !== '');
  const zeros = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array<string>(Math.max(0, zeros)).fill('0'), ...back];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
