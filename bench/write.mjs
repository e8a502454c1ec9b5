/** Writes figures of one run or more into docs/performance.md and its chart: `node bench/write.mjs run1.json run2.json`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { chart } from './chart.mjs';
import { markdown } from './report.mjs';

const runs = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')));
if (runs.length === 0)
  throw new Error('Name the JSON of at least one run: npm run bench -- --write run1.json');
const page = new URL('../docs/performance.md', import.meta.url);
const tables = runs
  .map(({ figures, about }, at) => `### Run ${at + 1}\n\n${markdown(figures, about)}\n`)
  .join('\n');
const text = readFileSync(page, 'utf8');
const [before, after] = [text.split('<!-- figures -->')[0], text.split('<!-- end of figures -->')[1]];
writeFileSync(page, `${before}<!-- figures -->\n\n${tables}\n<!-- end of figures -->${after}`);
writeFileSync(new URL('../docs/performance.svg', import.meta.url), chart(runs[0].figures));
