/** What is known of one answer while it is made: what was read, how many rows, how long each stage took. */
import type { Store } from '../store/store.js';
import type { Reply } from './exchange.js';

/** Stages of an answer, in the order in which they end. */
export type Stage = 'auth' | 'queue' | 'parse' | 'plan' | 'execute' | 'write';

/** Lives in `response.locals.record` where a room in front has put one; the parts of a batch share that of the batch. */
export class AnswerRecord {
  /** `collection`, `entity`, `metadata`, `batch` …: a kind of request, of which there are few. */
  route: string | undefined;
  /** Entity sets that were read. */
  readonly sets = new Set<string>();
  /** Rows that were read for the body; rows of `$expand` are not counted. */
  rows = 0;
  /** Link to the page that follows. */
  nextLink: string | undefined;
  readonly #stages = new Map<Stage, number>();
  #sinceMs = performance.now();

  /** Ends a stage; the next one begins now. Stages that come again add up. */
  end(stage: Stage): void {
    const nowMs = performance.now();
    this.#stages.set(stage, (this.#stages.get(stage) ?? 0) + nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
  }

  /** Value of the header `Server-Timing`, in milliseconds (https://www.w3.org/TR/server-timing/). */
  serverTiming(): string {
    return [...this.#stages].map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`).join(', ');
  }
}

/** The record of an answer; one that nobody reads when no room in front keeps it. */
export function recordOf(response: Pick<Reply, 'locals'>): AnswerRecord {
  const { record } = response.locals;
  return record instanceof AnswerRecord ? record : new AnswerRecord();
}

/** A store whose executions count in the record. */
export function recorded(store: Store, record: AnswerRecord): Store {
  return {
    current: () => store.current(),
    at: (id) => store.at(id),
    async execute(plan, generation, after) {
      record.end('plan');
      const page = await store.execute(plan, generation, after);
      record.end('execute');
      record.sets.add(plan.set.name);
      record.rows += page.length;
      return page;
    },
    draft: () => store.draft(),
    onPublished: (listener) => store.onPublished(listener),
    pageKey: store.pageKey,
    close: () => store.close(),
  };
}
