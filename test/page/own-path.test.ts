import { describe, expect, it } from '@jest/globals';
import { pageHtml } from '../../src/status/page/html.js';

describe('The files of the page', () => {
  it.each([
    ['http://localhost:4004/odata/', ''],
    ['https://feed.contoso.com/odata/', ''],
    ['https://contoso.com/shadow-it/odata/', '/shadow-it/'],
    ['https://contoso.com/a/b/odata/', '/a/b/'],
  ])('are found with %s, with and without a slash at the end of the path', (root, own) => {
    const html = pageHtml({ root, isSample: false, kinds: ['Anonymous'], keyParameter: 'key', sets: [] });
    const files = [...html.matchAll(/(?:href|src)="([^"#]*(?:page|downloads)\/[^"]+)"/g)].map(
      ([, url]) => url,
    );
    expect(files).toHaveLength(5);
    const at = new URL('..', root).href;
    for (const file of files) {
      expect(file).toMatch(new RegExp(`^${own}(page|downloads)/`));
      const found = [at, at.replace(/\/$/, '')].map((page) => new URL(file!, page).href);
      expect(new Set(found).size).toBe(1);
      expect(found[0]!.startsWith(at)).toBe(true);
    }
  });
});
