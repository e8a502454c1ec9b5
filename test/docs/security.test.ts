import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beside, ROOT, textOf } from './repository.js';

const DOCUMENT = 'docs/security.md';
const NAMED = [...textOf(DOCUMENT).matchAll(/\[([^\]]+)\]\((\.\.\/test\/[^)]+)\)/g)].map(
  ([, words = '', target = '']) => [words, beside(DOCUMENT, target)] as const,
);
const PROMISES = textOf(DOCUMENT)
  .split('## What is promised')[1]!
  .split('## What is not promised')[0]!
  .split('\n')
  .filter((line) => /^\| (?!promise|---)/.test(line));

describe(`the ${NAMED.length} tests that docs/security.md names`, () => {
  it.each(NAMED)('“%s” stands in %s', (words, path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
    if (words !== path) expect(textOf(path)).toContain(words);
  });

  it('stand behind every promise', () => {
    expect(PROMISES.length).toBeGreaterThan(20);
    expect(PROMISES.filter((line) => !line.includes('](../test/'))).toEqual([]);
  });
});
