/** Compiles the page's scripts, which run in browsers, and puts its style sheet beside them: the end of `npm run build`. */
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const compiler = at('node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [compiler, '-p', at('src/status/page/browser')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
cpSync(at('src/status/page/browser/style.css'), at('dist/status/page/browser/style.css'));
