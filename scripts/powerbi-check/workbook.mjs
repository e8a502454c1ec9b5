/** The workbook: its query, out of its binary wrapping, and the table that the query fills. */
import { Buffer } from 'node:buffer';
import JSZip from 'jszip';
import { stepsOf, nodesIn, treeOf } from './m-syntax.mjs';
import { checkQuery } from './m-queries.mjs';

const NAME = 'DiscoveredApps.xlsx';

/** @returns the set and columns that the workbook's query loads */
export async function checkWorkbook(files, sets, report) {
  try {
    const zip = await JSZip.loadAsync(files.get(NAME));
    report.count('workbooks');
    const section = await sectionOf(zip);
    const [, name, m] = /^section Section1;\s*shared #"([^"]+)" =\s*([\s\S]*);\s*$/.exec(section) ?? [];
    if (m === undefined) throw new Error('its query document holds no query');
    await treeOf(section);
    const loaded = await checkQuery(NAME, m, { known: [], sets }, report);
    await checkTable(zip, loaded?.columns ?? [], report);
    const connections = await zip.file('xl/connections.xml').async('string');
    if (!connections.includes(`SELECT * FROM [${name}]`))
      report.fault(NAME, `its connection does not ask for the query ${name}`);
    if (!hasLiteralRoot(await treeOf(m))) report.fault(NAME, 'its address is no text in the query');
    return loaded;
  } catch (error) {
    report.fault(NAME, `cannot be read: ${error.message}`);
    return undefined;
  }
}

/** Formulas/Section1.m: [MS-QDEFF] 2.2, a length, then a zip, within base64 within UTF-16 XML. */
async function sectionOf(zip) {
  const xml = (await zip.file('customXml/item1.xml').async('nodebuffer')).toString('utf16le');
  const bytes = Buffer.from(/>([^<]+)<\/DataMashup>/.exec(xml)[1], 'base64');
  const queries = await JSZip.loadAsync(bytes.subarray(8, 8 + bytes.readInt32LE(4)));
  return queries.file('Formulas/Section1.m').async('string');
}

async function checkTable(zip, columns, report) {
  const xml = await zip.file('xl/tables/table1.xml').async('string');
  const names = [...xml.matchAll(/<tableColumn [^>]*\bname="([^"]*)"/g)].map(([, name]) => name);
  if (names.join() !== columns.join())
    report.fault(
      NAME,
      `its table has the columns ${names.join(', ')}; its query loads ${columns.join(', ')}`,
    );
}

function hasLiteralRoot(tree) {
  const body = [...nodesIn(tree)].find(({ kind }) => kind === 'LetExpression');
  const [source] = stepsOf(body);
  return [...nodesIn(source.value)].some(
    ({ kind, literal }) => kind === 'LiteralExpression' && /^"https?:\/\//.test(literal),
  );
}
