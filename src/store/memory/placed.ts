/** Failures on a row, with the place in the query that they come from. */
import { FeedError } from '../../errors.js';
import type { Place } from '../../query/ast.js';
import type { Evaluator } from './scope.js';

/** The same evaluator; what it fails with says where in the query. @param place absent: nobody wrote it into a query */
export function placed(evaluate: Evaluator, place: Place | undefined): Evaluator {
  if (place === undefined) return evaluate;
  return (row) => {
    try {
      return evaluate(row);
    } catch (thrown) {
      throw thrown instanceof FeedError && thrown.target === undefined ? at(place, thrown) : thrown;
    }
  };
}

function at({ option, position }: Place, { code, message, hint }: FeedError): FeedError {
  const where = `at position ${position} in ${option}`;
  return new FeedError(code, `${message.replace(/\.$/, '')} (${where}).`, { target: option, hint });
}
