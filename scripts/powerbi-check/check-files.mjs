/** All checks of powerbi/ that need no network: files in, numbers and faults out. */
import { checkMeasures } from './dax.mjs';
import { setsOf } from './feed-metadata.mjs';
import { checkJson } from './json-schemas.mjs';
import { checkQuery } from './m-queries.mjs';
import { checkReport } from './report-pages.mjs';
import { CheckReport } from './report-of-check.mjs';
import { queriesOf, readModel } from './semantic-model.mjs';
import { checkTheme } from './theme.mjs';
import { checkWorkbook } from './workbook.mjs';

/**
 * @param files contents by path below powerbi/, with `/`
 * @param facts.metadata the XML of the running feed's $metadata
 * @param facts.schemas folder of Microsoft's JSON schemas; absent: JSON is not checked against them
 * @returns {{report: CheckReport, queries: {path, set, columns}[]}} what each query loads, for the replay
 */
export async function checkFiles(files, { metadata, schemas }) {
  const report = new CheckReport();
  report.count('files', files.size);
  const sets = setsOf(metadata);
  checkJson(files, schemas, report);
  const model = readModel(files, report);
  const queries = [
    ...(await checkPartitions(model, sets, report)),
    ...(await checkPqFiles(files, sets, report)),
  ];
  const workbook = await checkWorkbook(files, sets, report);
  checkMeasures(model, report);
  checkReport(files, model, report);
  checkTheme(files, report);
  return {
    report,
    queries: [...queries, ...(workbook === undefined ? [] : [{ path: 'DiscoveredApps.xlsx', ...workbook }])],
  };
}

async function checkPartitions(model, sets, report) {
  const { partitions, parameters } = queriesOf(model);
  const known = parameters.map(({ name }) => name);
  for (const { where, m } of parameters) await checkQuery(where, m, { known: [], sets }, report);
  const loads = [];
  for (const { table, where, m } of partitions) {
    const loaded = await checkQuery(where, m, { known, sets }, report);
    if (loaded === undefined) continue;
    checkSources(table, loaded.columns, report);
    loads.push({ path: `table ${table.name}`, ...loaded });
  }
  return loads;
}

/** Each column has a column of the query behind it, and each of those is used. */
function checkSources({ name, where, columns }, loaded, report) {
  const sources = [...columns.values()].map(({ properties }) => properties.get('sourceColumn'));
  for (const source of sources)
    if (!loaded.includes(source))
      report.fault(where, `table ${name} has a column from ${source}, which its query does not load`);
  for (const column of loaded)
    if (!sources.includes(column))
      report.fault(where, `table ${name} loads ${column}, which no column shows`);
}

async function checkPqFiles(files, sets, report) {
  const loads = [];
  for (const [path, bytes] of files) {
    if (!path.endsWith('.pq')) continue;
    const loaded = await checkQuery(path, bytes.toString('utf8'), { known: ['ServiceRoot'], sets }, report);
    if (loaded !== undefined) loads.push({ path, ...loaded });
    if (loaded !== undefined && path !== `${loaded.set}.pq`)
      report.fault(path, `loads the set ${loaded.set}`);
  }
  return loads;
}
