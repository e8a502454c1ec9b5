import { describe, expect, it } from '@jest/globals';
import { compilePattern } from '../../../src/store/memory/pattern.js';

describe('URL Conventions 4.01, 5.1.1.7.1 matchesPattern', () => {
  const PATTERNS = [
    '',
    'a',
    'abc',
    '^A.*e$',
    'a|b',
    '(ab|c)+d',
    'a*',
    'a+b?',
    '[abc]',
    '[^abc]',
    '[a-c0-9_-]+$',
    '\\d{2,3}',
    '^\\w+\\s\\w+$',
    '\\bdrive\\b',
    '\\Bx',
    'a{2}',
    'a{2,}',
    '^(?:a{1,2}b)*$',
    '(a*)*b',
    'x*?y',
    '\\.',
    '\\u0041',
    '\\x41',
    '[\\d\\s]',
    '[\\]]',
    '^$',
    '$^',
    'a{,2}',
    '()',
    '(|a)b',
    '[\\b]',
    '[-a]',
    '[^]',
    '[]',
    '\\$',
    '^\\D+$',
    '[\\W]',
  ];
  const TEXTS = [
    '',
    'a',
    'b',
    'ab',
    'abc',
    'Apple',
    'Alfreds Futterkiste',
    'aab',
    'aaab',
    'cd',
    'ababd',
    '12',
    '123',
    'my drive',
    'drives',
    'xy',
    'yx',
    '.',
    'A',
    '-',
    '_',
    '\n',
    'a\nb',
    'a{,2}',
    ']',
    ' ',
    '$',
    '\b',
  ];

  it.each(PATTERNS)('%s agrees with ECMAScript', (pattern) => {
    const compiled = compilePattern(pattern);
    const expected = new RegExp(pattern);
    expect(TEXTS.map((text) => [text, compiled.test(text)])).toEqual(
      TEXTS.map((text) => [text, expected.test(text)]),
    );
  });

  it('takes a character that needs two code units for one', () => {
    expect(compilePattern('^.$').test('📦')).toBe(true);
    expect(compilePattern('^[📦]$').test('📦')).toBe(true);
  });

  it.each([
    ['(a', 'QUERY_VALUE'],
    ['a)', 'QUERY_VALUE'],
    ['[a', 'QUERY_VALUE'],
    ['*', 'QUERY_VALUE'],
    ['a**', 'QUERY_VALUE'],
    ['a{3,2}', 'QUERY_VALUE'],
    ['[b-a]', 'QUERY_VALUE'],
    ['\\', 'QUERY_VALUE'],
    ['\\q', 'QUERY_VALUE'],
    ['(a)\\1', 'QUERY_UNSUPPORTED'],
    ['(?=a)', 'QUERY_UNSUPPORTED'],
    ['(?<!a)b', 'QUERY_UNSUPPORTED'],
    ['\\p{L}', 'QUERY_UNSUPPORTED'],
    ['a{100000}', 'QUERY_TOO_COMPLEX'],
    ['((a{100}){100}){100}', 'QUERY_TOO_COMPLEX'],
    ['(((){1000}){1000}){1000}', 'QUERY_TOO_COMPLEX'],
    ['('.repeat(1000) + ')'.repeat(1000), 'QUERY_TOO_COMPLEX'],
  ])('refuses %s with %s', (pattern, code) => {
    expect(() => compilePattern(pattern)).toThrow(expect.objectContaining({ code }));
  });

  it('does not backtrack: patterns that are exponential elsewhere end', () => {
    expect(compilePattern('^(a+)+$').test(`${'a'.repeat(5000)}!`)).toBe(false);
    expect(compilePattern('(a|a)*(a|a)*b').test('a'.repeat(5000))).toBe(false);
  });
});
