import { FeedError } from '../errors.js';

/** One piece of work that concurrent callers share; it is cancelled when the last of them has left. */
export class SharedFlight<T> {
  readonly #work: (signal: AbortSignal) => Promise<T>;
  #flight: Flight<T> | undefined;

  constructor(work: (signal: AbortSignal) => Promise<T>) {
    this.#work = work;
  }

  /**
   * Joins the work under way, or begins it.
   * @throws FeedError REFRESH_ABORTED when `signal` aborts; else what the work throws
   */
  async join(signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) throw aborted();
    const flight = (this.#flight ??= this.#depart());
    if (signal === undefined) {
      flight.stays = true;
      return flight.landing;
    }
    flight.waiting += 1;
    let leave: () => void = () => undefined;
    const left = new Promise<never>((_resolve, reject) => {
      leave = () => {
        reject(aborted());
      };
    });
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([flight.landing, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      flight.waiting -= 1;
      if (flight.waiting === 0 && !flight.stays) this.#cancel(flight);
    }
  }

  #depart(): Flight<T> {
    const abort = new AbortController();
    const flight: Flight<T> = {
      landing: this.#work(abort.signal).finally(() => {
        if (this.#flight === flight) this.#flight = undefined;
      }),
      abort,
      waiting: 0,
      stays: false,
    };
    flight.landing.catch(() => undefined);
    return flight;
  }

  #cancel(flight: Flight<T>): void {
    if (this.#flight === flight) this.#flight = undefined;
    flight.abort.abort();
  }
}

interface Flight<T> {
  readonly landing: Promise<T>;
  readonly abort: AbortController;
  /** Callers that may still leave. */
  waiting: number;
  /** True when a caller without a signal waits: it never leaves. */
  stays: boolean;
}

function aborted(): FeedError {
  return new FeedError('REFRESH_ABORTED', 'The run was cancelled while it waited for a token.');
}
