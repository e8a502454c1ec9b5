/** Who goes first: every reader has so many places, and a queue of its own for what comes beyond them. */

/** Limits of every reader; they may change while requests wait. */
export interface QueueLimits {
  /** Requests of one reader that are answered at once. */
  readonly concurrent: number;
  /** How long one waits for its turn, in milliseconds. */
  readonly waitMs: number;
}

/** How a request learns whether it may go on. Exactly one is called, unless it leaves before its turn. */
export interface Turn {
  admitted(): void;
  /** @param waitedMs 0 when there was no room to wait */
  refused(waitedMs: number): void;
}

/** Requests of one reader that wait; more are refused at once, so that a queue cannot fill the memory. */
const LONGEST_QUEUE = 1000;

/** One reader's requests. */
interface Lane {
  running: number;
  /** In the order of their arrival. */
  readonly waiting: Set<() => void>;
}

/** The queues of all readers. A reader that has nothing under way takes no memory. */
export class ReadQueues {
  readonly #lanes = new Map<string, Lane>();

  constructor(private limits: QueueLimits) {}

  /** Requests that are answered now, and that wait, over all readers. */
  get depth(): { readonly running: number; readonly waiting: number } {
    const lanes = [...this.#lanes.values()];
    return {
      running: lanes.reduce((sum, lane) => sum + lane.running, 0),
      waiting: lanes.reduce((sum, lane) => sum + lane.waiting.size, 0),
    };
  }

  /** New limits hold for what waits from now on; more places are given at once. */
  setLimits(limits: QueueLimits): void {
    this.limits = limits;
    for (const lane of this.#lanes.values()) this.#admitNext(lane);
  }

  /**
   * Asks for a place.
   *
   * @returns gives the place back, or leaves the queue; to be called once the request is over, whatever came of it
   */
  enter(reader: string, turn: Turn): () => void {
    const lane = this.#lanes.get(reader) ?? { running: 0, waiting: new Set() };
    this.#lanes.set(reader, lane);
    const leave = lane.running < this.limits.concurrent ? this.#run(lane, turn) : this.#wait(lane, turn);
    return () => {
      leave();
      if (lane.running === 0 && lane.waiting.size === 0) this.#lanes.delete(reader);
    };
  }

  #run(lane: Lane, turn: Turn): () => void {
    lane.running += 1;
    turn.admitted();
    return () => {
      lane.running -= 1;
      this.#admitNext(lane);
    };
  }

  #wait(lane: Lane, turn: Turn): () => void {
    const { waitMs } = this.limits;
    let leave: () => void = () => undefined;
    if (waitMs === 0 || lane.waiting.size >= LONGEST_QUEUE) {
      turn.refused(0);
      return leave;
    }
    const admit = () => {
      clearTimeout(timer);
      lane.waiting.delete(admit);
      leave = this.#run(lane, turn);
    };
    const timer = setTimeout(() => {
      lane.waiting.delete(admit);
      leave = () => undefined;
      turn.refused(waitMs);
    }, waitMs);
    lane.waiting.add(admit);
    leave = () => {
      clearTimeout(timer);
      lane.waiting.delete(admit);
    };
    return () => {
      leave();
    };
  }

  #admitNext(lane: Lane): void {
    for (const admit of lane.waiting) {
      if (lane.running >= this.limits.concurrent) return;
      admit();
    }
  }
}
