import { describe, expect, it } from '@jest/globals';
import { environmentName } from '../../src/config/setting.js';
import { SETTING_NAMES } from '../../src/config/settings.js';
import { ERRORS, FeedError, type ErrorCode } from '../../src/errors.js';
import type { ErrorEntry } from '../../src/errors/error-entry.js';
import { DOCUMENTS, filesBelow, textOf } from './repository.js';

const CODES = Object.keys(ERRORS) as ErrorCode[];
const FAMILIES = [...new Set(CODES.map((code) => code.split('_')[0]!))];
const VARIABLES = new Set(
  SETTING_NAMES.flatMap((name) => [environmentName(name), environmentName(`${name}File`)]),
);

/** Words that look like codes of ours: a family, then more; names of settings look the same and are none. */
function codesIn(text: string): string[] {
  const words = text.match(new RegExp(`\\b(?:${FAMILIES.join('|')})_[A-Z][A-Z_]*\\b`, 'g')) ?? [];
  return [...new Set(words)].filter((word) => !VARIABLES.has(word));
}

const SOURCES = filesBelow('src', '.ts').filter((path) => !path.startsWith('src/errors/'));

/** Codes that the table has and no code uses yet. */
const UNUSED: readonly ErrorCode[] = ['PROTOCOL_STOPPING'];

interface Documented {
  readonly code: string;
  readonly result: string;
  readonly when: string;
  readonly hint: string;
}

const DOCUMENTED: readonly Documented[] = [
  ...textOf('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \| (.*?) \| (.*?) \| (.*) \|$/gm),
].map(([, code = '', result = '', when = '', hint = '']) => ({ code, result, when, hint }));

describe('docs/errors.md', () => {
  it('has every code of the table, in its order within a family, and none besides', () => {
    expect(DOCUMENTED.map(({ code }) => code).sort()).toEqual([...CODES].sort());
  });

  it.each(CODES)('%s: result, when and what to do are those of the table', (code) => {
    const { status, exitCode, when, hint } = ERRORS[code] as ErrorEntry;
    const row = DOCUMENTED.find((documented) => documented.code === code);
    expect(row).toMatchObject({ when, hint });
    if (status !== undefined) expect(row?.result).toContain(`HTTP ${status}`);
    if (exitCode !== undefined) expect(row?.result).toContain(`exit ${exitCode}`);
  });
});

describe('The error table', () => {
  it.each(CODES)('%s has a result, a sentence and a remedy', (code) => {
    const { status, exitCode, when, hint } = ERRORS[code] as ErrorEntry;
    expect(status ?? exitCode).toBeGreaterThan(0);
    expect([when, hint]).toEqual([expect.stringMatching(/^.+\.$/), expect.stringMatching(/^.{7,}\.$/)]);
    expect(new FeedError(code, 'x').hint).toBe(hint);
  });

  it('knows 5xx of two kinds only: not supported, and try again; a bug is the third', () => {
    const statuses = CODES.flatMap((code) => (ERRORS[code] as ErrorEntry).status ?? []);
    expect([...new Set(statuses.filter((status) => status >= 500))].sort()).toEqual([500, 501, 503]);
  });

  it('every code is used in src', () => {
    const used = new Set(SOURCES.flatMap((path) => textOf(path).match(/'[A-Z_]+'/g) ?? []));
    const unused = CODES.filter((code) => !used.has(`'${code}'`));
    expect(unused.filter((code) => !UNUSED.includes(code))).toEqual([]);
    expect(UNUSED.filter((code) => !unused.includes(code))).toEqual([]);
  });

  it('every code that src throws or announces is in it', () => {
    for (const path of SOURCES) {
      const text = textOf(path);
      const named = [...(text.match(/'[A-Z_]+'/g) ?? []), ...(text.match(/@throws.*/g) ?? [])].join(' ');
      expect([path, codesIn(named).filter((code) => !isCode(code))]).toEqual([path, []]);
    }
  });

  it('every code that a document names is in it', () => {
    for (const path of DOCUMENTS)
      expect([path, codesIn(textOf(path)).filter((code) => !isCode(code))]).toEqual([path, []]);
  });
});

function isCode(word: string): boolean {
  return Object.hasOwn(ERRORS, word);
}
