/**
 * `npm run powerbi:check`: everything in powerbi/, checked as far as can be without Power BI, against a running feed (the
 * sample tenant's, in a process of its own). Ends with 1 when there is a fault.
 *
 * PBI_SCHEMAS names a folder of Microsoft's JSON schemas (the folder above `fabric/`, from github.com/microsoft/json-schemas).
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServerProcess } from './fuzz/server.mjs';
import { checkFiles } from './powerbi-check/check-files.mjs';
import { setsOf } from './powerbi-check/feed-metadata.mjs';
import { checkTable, replay } from './powerbi-check/replay.mjs';

const home = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @returns {Map<string, Buffer>} by path below the folder, with `/` */
function filesBelow(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return new Map(paths.map((path) => [relative(folder, path).split(sep).join('/'), readFileSync(path)]));
}

const schemas = process.env.PBI_SCHEMAS;
const server = await ServerProcess.start(home('../dist/'));
try {
  const root = `http://localhost:${server.port}/odata/`;
  const metadata = await (await globalThis.fetch(`${root}$metadata`)).text();
  const { report, queries } = await checkFiles(filesBelow(home('../powerbi/')), { metadata, schemas });
  checkTable(queries, setsOf(metadata), report);
  await replay(root, report);
  for (const [kind, count] of Object.entries(report.counts))
    console.log(`${String(count).padStart(6)} ${kind}`);
  if (schemas === undefined) console.log('Not checked against schemas: set PBI_SCHEMAS to a folder of them.');
  for (const fault of report.faults) console.log(`FAULT ${fault}`);
  console.log(`${report.faults.length} faults`);
  process.exitCode = report.faults.length === 0 ? 0 : 1;
} finally {
  await server.stop();
}
