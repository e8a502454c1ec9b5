/** TypeScript as JavaScript in a folder of its own: so that scripts and tests can start it as processes of their own. */
import { transformFile } from '@swc/core';
import { mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../', import.meta.url));

const SWC = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'es6' },
  swcrc: false,
};

/**
 * Compiles folders of the repository, tests left out; types are stripped, not checked.
 *
 * @param sources paths from the root of the repository
 * @returns a new folder with the same paths in it (and node_modules); whoever asked removes it
 */
export async function compile(sources) {
  const folder = await mkdtemp(join(tmpdir(), 'discovery-feed-compiled-'));
  // A junction, because Windows lets every user make one.
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  for (const source of sources)
    for (const file of await readdir(join(ROOT, source), { recursive: true }))
      if (/(?<!\.test|\.d)\.ts$/.test(file)) await compileFile(join(source, file), folder);
  return folder;
}

async function compileFile(file, folder) {
  const { code } = await transformFile(join(ROOT, file), SWC);
  const target = join(folder, file).replace(/\.ts$/, '.js');
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
}
