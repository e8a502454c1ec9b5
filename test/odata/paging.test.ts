import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readPageToken, writePageToken, type PageStart } from '../../src/odata/paging.js';

const key = randomBytes(32);
const start: PageStart = {
  generation: '7-abcdef',
  after: ['O’Neil', 12, 9007199254740993n, true, null, -0, NaN, Infinity, -1.5],
  remaining: 100,
  pageSize: 50,
  now: 1_795_000_000_000,
};
const invalid = expect.objectContaining({ code: 'PROTOCOL_PAGE_INVALID', target: '$skiptoken' });

describe('page tokens', () => {
  it('bring back where the page starts, every value exact', () => {
    expect(readPageToken(writePageToken(start, 'shape', key), 'shape', key)).toEqual(start);
    const { remaining: _remaining, ...endless } = start;
    expect(readPageToken(writePageToken(endless, 'shape', key), 'shape', key)).toEqual(endless);
  });

  it('need no encoding in a URL', () => {
    expect(writePageToken(start, 'shape', key)).toMatch(/^[\w-]+\.[\w-]+$/);
  });

  it('are refused after a change to any character', () => {
    const token = writePageToken(start, 'shape', key);
    for (let at = 0; at < token.length; at++) {
      const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      expect(() => readPageToken(changed, 'shape', key)).toThrow(invalid);
    }
  });

  it.each(['', '.', 'a', 'a.b', 'a.b.c', '$skiptoken', '%00', 'é.é', `${'a'.repeat(10_000)}.b`])(
    'are refused when none of ours: %s',
    (token) => {
      expect(() => readPageToken(token, 'shape', key)).toThrow(invalid);
    },
  );

  it('are refused with another query or the key of another store', () => {
    const token = writePageToken(start, 'shape', key);
    expect(() => readPageToken(token, 'another', key)).toThrow(invalid);
    expect(() => readPageToken(token, 'shape', randomBytes(32))).toThrow(invalid);
    expect(() => readPageToken(`${token}.`, 'shape', key)).toThrow(invalid);
  });
});
