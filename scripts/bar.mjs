/**
 * What the feed must survive, row by row: `npm run bar` lists the rows, `npm run bar -- soak --long` runs one of them,
 * `npm run bar -- all` the short forms of all. Ends with 1 when one did not hold. The rows stand in test/bar.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from './compiled.mjs';

const folder = await compile(['src', 'test']);
try {
  const child = spawn(process.execPath, [join(folder, 'test/bar/main.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  process.exitCode = code ?? 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
