/** Writes powerbi/ from the model: `npm run powerbi:build` (CI runs it and fails when a file changes). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from '../dist/powerbi/generated-files.js';

const folder = new URL('../powerbi/', import.meta.url);
for (const [path, content] of await generatedFiles()) {
  const file = fileURLToPath(new URL(path.split('/').map(encodeURIComponent).join('/'), folder));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
