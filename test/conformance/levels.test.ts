import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { CHECKS } from './levels-checks.js';
import { startAsker, type Asker } from './levels-feed.js';
import { COMMAND, conformanceMarkdown } from './levels-markdown.js';
import { REQUIREMENTS, SECTIONS } from './levels.js';

let ask: Asker;
beforeAll(async () => {
  ask = await startAsker();
});
afterAll(() => ask.close());

for (const { title, requirements } of SECTIONS)
  describe(title, () => {
    for (const { id, word, text, status } of requirements) {
      if (status.kind === 'notApplicable') continue;
      const check = () => CHECKS[id]!(ask);
      if (status.kind === 'met') it(`${id} ${word}: ${text}: ${status.shownBy}`, check);
      else
        it.failing(
          `${id} ${word}: ${text} (gap: ${status.because}; once it is met, take it out of GAPS in levels.ts)`,
          check,
        );
    }
  });

describe('the table of conformance', () => {
  it('has a check for every requirement that is met or should be, and no other', () => {
    const numbers = REQUIREMENTS.map(({ id }) => id);
    expect(new Set(numbers).size).toBe(numbers.length);
    const wanted = REQUIREMENTS.filter(({ status }) => status.kind !== 'notApplicable').map(({ id }) => id);
    expect(Object.keys(CHECKS).toSorted()).toEqual(wanted.toSorted());
  });

  it(`is what docs/conformance.md says (${COMMAND} writes it anew)`, async () => {
    const written = await readFile(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
    expect({ command: COMMAND, text: written.replaceAll('\r\n', '\n') }).toEqual({
      command: COMMAND,
      text: conformanceMarkdown(SECTIONS),
    });
  });
});
