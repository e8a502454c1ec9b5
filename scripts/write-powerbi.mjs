/** Writes powerbi/ from the model: `npm run powerbi:build` (CI runs it and fails when a file changes). */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from '../dist/powerbi/generated-files.js';

const folder = fileURLToPath(new URL('../powerbi/', import.meta.url));
const files = await generatedFiles();
// What a former model had and this one has not must not stay behind. A project's folders are wholly generated.
for (const item of new Set(
  [...files.keys()].filter((path) => path.includes('/')).map((path) => path.split('/')[0]),
))
  rmSync(join(folder, item), { recursive: true, force: true });
for (const [path, content] of files) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
