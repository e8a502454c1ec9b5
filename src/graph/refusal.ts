/** What an answer that stays bad means to the person who has to mend it. */
import { FeedError, type ErrorCode } from '../errors.js';
import type { Answer } from './attempt.js';

/** An answer without the JSON that was asked for. */
export type BadAnswer = Exclude<Answer, { kind: 'json' }>;

const CODE_OF_STATUS: ReadonlyMap<number, ErrorCode> = new Map([
  [401, 'GRAPH_UNAUTHORIZED'],
  [403, 'GRAPH_CONSENT_MISSING'],
  [404, 'GRAPH_NOT_FOUND'],
  [429, 'GRAPH_THROTTLED'],
]);

/** True when the same request may well succeed later. 408 and 425 say so themselves; 509 is Graph's own. */
export function isTransient(answer: BadAnswer): boolean {
  if (answer.kind !== 'status') return true;
  return answer.status >= 500 || [408, 425, 429].includes(answer.status);
}

/** The answer as an error GRAPH_*. @param path the address without its origin, as the error's target */
export function refusalOf(answer: BadAnswer, path: string): FeedError {
  switch (answer.kind) {
    case 'lost':
      return new FeedError('GRAPH_UNAVAILABLE', `Graph did not answer: ${answer.why}.`, { target: path });
    case 'unreadable':
      return new FeedError('GRAPH_UNREADABLE', `Graph sent ${answer.why}.`, { target: path });
    case 'status': {
      const { status, words } = answer;
      const code =
        CODE_OF_STATUS.get(status) ?? (isTransient(answer) ? 'GRAPH_UNAVAILABLE' : 'GRAPH_REFUSED');
      return new FeedError(code, `Graph answered ${status}: ${words}.`, { target: path });
    }
  }
}
