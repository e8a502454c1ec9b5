/** The files of this repository as a reader sees them. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Made, fetched or private: nobody reads these. */
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', 'data', '.git']);

/** Paths of files below a folder, with `/`, relative to the repository. */
export function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesBelow(path, extension);
    return entry.name.endsWith(extension) ? [path] : [];
  });
}

/** A text file with line ends as they stand in the repository. */
export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8').replaceAll('\r\n', '\n');
}

/** A path that stands in a file, relative to the repository. */
export function beside(file: string, target: string): string {
  return relative(ROOT, join(ROOT, dirname(file), target)).replaceAll('\\', '/');
}

/** Every document that people read. */
export const DOCUMENTS = filesBelow('.', '.md');

/** Places that a document says in code: fenced lines and words in backticks. */
export function codeIn(path: string): string[] {
  const text = textOf(path);
  const fenced = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(
    ([, code = '']) => code,
  );
  return [...fenced, ...inline];
}

/** package.json, as far as tests look at it. */
export const PACKAGE = JSON.parse(textOf('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly engines: Readonly<Record<string, string>>;
};
