import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { beside, DOCUMENTS, ROOT, textOf } from './repository.js';

interface Link {
  readonly file: string;
  readonly target: string;
}

const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`]*`/g, '');

const LINKS: readonly Link[] = DOCUMENTS.flatMap((file) =>
  [...withoutCode(textOf(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ file, target })),
);
const INTERNAL = LINKS.filter(({ target }) => !/^[a-z]+:/.test(target));

/** Anchors as GitHub makes them of headings. */
function anchorsOf(path: string): string[] {
  const headings = withoutCode(textOf(path)).matchAll(/^#{1,6} +(.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

describe(`${INTERNAL.length} links within the documents`, () => {
  it.each(INTERNAL.map(({ file, target }) => [file, target] as const))('%s → %s resolves', (file, target) => {
    const [path = '', anchor] = target.split('#');
    const found = path === '' ? file : beside(file, path);
    expect([found, existsSync(join(ROOT, found))]).toEqual([found, true]);
    expect(found).not.toMatch(/^\.\./);
    if (anchor === undefined) return;
    expect(statSync(join(ROOT, found)).isFile()).toBe(true);
    expect(anchorsOf(found)).toContain(anchor);
  });

  it('documents are linked from a document: the README leads to all of docs/', () => {
    const reached = new Set(INTERNAL.map(({ file, target }) => beside(file, target.split('#')[0]!)));
    const lost = DOCUMENTS.filter((path) => path.startsWith('docs/') && !reached.has(path));
    const viaFolder = (path: string) => [...reached].some((folder) => path.startsWith(`${folder}/`));
    expect(lost.filter((path) => !viaFolder(path))).toEqual([]);
  });

  it('foreign links are https', () => {
    const foreign = LINKS.filter(({ target }) => /^[a-z]+:/.test(target));
    expect(foreign.filter(({ target }) => !target.startsWith('https://'))).toEqual([]);
  });
});
