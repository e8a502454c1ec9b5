import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { treesByShape } from '../../src/odata/package-tree.js';
import { startSmallFeed, type SmallFeed } from './small-feed.js';

/** Like a parser whose tree is a list of the strings of a path, beside what is the same for all of them. */
function strings(source: string): object {
  asked.push(source);
  const found = source.match(/'[^']*'/g) ?? [];
  return { same, value: found.map((raw) => ({ type: 'KeyPropertyValue', value: 'Edm.String', raw })) };
}
const same = { type: 'EntitySetName', raw: 'Streams' };
let asked: string[] = [];

describe('Trees by the shape of a path', () => {
  it('are parsed once, and have the strings of each path', () => {
    asked = [];
    const treeOf = treesByShape(strings);
    const rawsOf = (tree: object) => (tree as { value: { raw: string }[] }).value.map(({ raw }) => raw);
    const first = treeOf("/Streams(tenantId='a',id='b')");
    const second = treeOf("/Streams(tenantId='O''Neill',id='')");
    expect(rawsOf(first)).toEqual(["'a'", "'b'"]);
    expect(rawsOf(second)).toEqual(["'O''Neill'", "''"]);
    expect(asked).toHaveLength(1);
    expect((first as { same: unknown }).same).toBe(same);
    treeOf("/Streams(tenantId='a',id='b')/displayName");
    treeOf('/Dates(20261123)');
    treeOf('/Dates(20261124)');
    expect(asked).toHaveLength(4);
  });

  it('that cannot be had are asked for again', () => {
    const treeOf = treesByShape(() => {
      throw new Error('no path');
    });
    for (let times = 0; times < 2; times += 1) expect(() => treeOf('/(')).toThrow('no path');
  });
});

describe('Keys of one shape', () => {
  let feed: SmallFeed;
  beforeAll(async () => {
    feed = await startSmallFeed();
  });
  afterAll(() => feed.close());

  it('reach the controllers as they are, asked one after the other and at the same time', async () => {
    const keys = ['1003', "O'Reilly & 50%/(é)", '0', "'0'", ''];
    const ask = (key: string) => {
      const literal = encodeURIComponent(key.replaceAll("'", "''"));
      return request(feed.server).get(
        `/odata/DiscoveredApps(tenantId='contoso',streamId='s1',id='${literal}')`,
      );
    };
    for (const key of keys) expect([200, 404]).toContain((await ask(key)).status);
    await Promise.all(keys.map(ask));
    const seen = feed.hosted.map((mark) => mark?.keys.join('|'));
    for (const key of keys) expect(seen.filter((text) => text === `contoso|s1|${key}`)).toHaveLength(2);
  });
});
