/** Writes what follows from package-lock.json: `npm run sbom` (CI runs it and fails when a file changes). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cyclonedx } from './sbom/cyclonedx.mjs';
import { licencesMarkdown } from './sbom/licences-markdown.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Where to: a test says elsewhere. */
const target = resolve(ROOT, process.env.SBOM_FOLDER ?? '.');
const read = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));

const lock = read('package-lock.json');
mkdirSync(join(target, 'docs'), { recursive: true });
writeFileSync(
  join(target, 'sbom.cdx.json'),
  `${JSON.stringify(cyclonedx(lock, read('package.json')), undefined, 1)}\n`,
);
writeFileSync(join(target, 'docs/licences.md'), licencesMarkdown(lock));
