import Sequencer from '@jest/test-sequencer';

/** Suites that wait for processes of their own, by the minute. */
const LONGEST = ['bar/bar', 'failure/upstream', 'page/page-states', 'deploy/proxied-readers', 'cli/serve'];

/** Where a suite stands among them; -1 for the others. */
const placeOf = ({ path }) =>
  LONGEST.findIndex((name) => path.replaceAll('\\', '/').endsWith(`test/${name}.test.ts`));

/** Starts the longest suites first. Jest itself goes by size until it has a cache: the longest ran alone at the end. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const longest = tests.filter((test) => placeOf(test) >= 0);
    const others = tests.filter((test) => placeOf(test) < 0);
    return [...longest.sort((left, right) => placeOf(left) - placeOf(right)), ...super.sort(others)];
  }
}
