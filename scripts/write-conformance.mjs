/** Writes docs/conformance.md from the table in test/conformance: `node scripts/write-conformance.mjs`. */
import { transformFile } from '@swc/core';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = await mkdtemp(join(tmpdir(), 'discovery-feed-conformance-'));

async function load(name) {
  const source = fileURLToPath(new URL(`../test/conformance/${name}.ts`, import.meta.url));
  const { code } = await transformFile(source, {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  });
  const target = join(folder, `${name}.mjs`);
  await writeFile(target, code);
  return import(pathToFileURL(target).href);
}

try {
  const [{ SECTIONS }, { conformanceMarkdown }] = [await load('levels'), await load('levels-markdown')];
  await writeFile(new URL('../docs/conformance.md', import.meta.url), conformanceMarkdown(SECTIONS));
} finally {
  await rm(folder, { recursive: true, force: true });
}
