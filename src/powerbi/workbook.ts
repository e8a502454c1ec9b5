/**
 * The workbook that opens in Excel with the feed's query inside: one table of usage, a row per app and stream, ready for
 * a PivotTable. Excel asks for the credential and fills it; the file holds none, and no rows.
 */
import connectedWorkbooks from '@microsoft/connected-workbooks';
import JSZip from 'jszip';
import { setOf } from '../model/catalog.js';
import type { EntitySet } from '../model/edm.js';
import { readDataMashup, withMetadataXml, writeDataMashup } from './data-mashup.js';
import { loadableProperties, mQuery, mText } from './m-query.js';

/** What the workbook loads. */
export const WORKBOOK_SET = setOf('DiscoveredApps');

/** The same bytes for the same address, whenever they are made: neither file times nor clock show. */
const NO_TIME = new Date('1980-01-01T00:00:00Z');

/**
 * The bytes of an .xlsx for one feed.
 *
 * @param serviceRoot absolute URL of the feed with its trailing slash, as clients reach it
 * @param apiKeyName name of the query option that carries an API key (setting `apiKeyParameter`)
 * @param set the workbook's set as its reader may see it: a column that is withheld would break the query
 * @example response.type('xlsx').send(await workbookBytes('https://feed.example/odata/', 'key'))
 */
export async function workbookBytes(
  serviceRoot: string,
  apiKeyName: string,
  set: EntitySet = WORKBOOK_SET,
): Promise<Buffer> {
  const properties = loadableProperties(set);
  const names = properties.map(({ name }) => name);
  const made = await connectedWorkbooks.workbookManager.generateSingleQueryWorkbook(
    {
      queryName: WORKBOOK_SET.name,
      queryMashup: mQuery(set, { root: mText(serviceRoot), apiKeyName }, properties),
      refreshOnOpen: true,
    },
    { data: [names, names.map(() => '')], config: { promoteHeaders: true, adjustColumnNames: false } },
    { docProps: { title: 'Discovered cloud apps', description: WORKBOOK_SET.type.description } },
  );
  return tidied(Buffer.from(await made.arrayBuffer()));
}

/** Packs the parts of the workbook anew, with names that a person expects and without times. */
async function tidied(bytes: Buffer): Promise<Buffer> {
  const workbook = await JSZip.loadAsync(bytes);
  await edit(workbook, 'xl/workbook.xml', (xml) =>
    // The folder in which the library's template was once saved.
    replaced(xml, /<mc:AlternateContent[\s\S]*?<\/mc:AlternateContent>/, '')
      .replace('<sheet name="Sheet1"', `<sheet name="${WORKBOOK_SET.name}"`)
      .replace('>Sheet1!', `>${WORKBOOK_SET.name}!`),
  );
  await edit(workbook, 'docProps/app.xml', (xml) =>
    replaced(xml, '<vt:lpstr>Sheet1<', `<vt:lpstr>${WORKBOOK_SET.name}<`),
  );
  await edit(workbook, 'docProps/core.xml', (xml) =>
    replaced(xml, /<dcterms:(?:created|modified)[\s\S]*<\/dcterms:(?:created|modified)>/, ''),
  );
  await edit(workbook, 'xl/tables/table1.xml', (xml) =>
    replaced(
      // Ids of columns for authors at work together: drawn by chance, and no part of what is in the table.
      replaced(xml, / xr3:uid="[^"]*"/g, ''),
      'name="Query1" displayName="Query1"',
      `name="${WORKBOOK_SET.name}" displayName="${WORKBOOK_SET.name}"`,
    ),
  );
  await edit(workbook, 'xl/worksheets/sheet1.xml', (xml) =>
    replaced(xml, / activeCell="S14" sqref="[^"]*"/, ' activeCell="A1" sqref="A1"'),
  );
  const mashup = await workbook.file(MASHUP)?.async('nodebuffer');
  if (mashup === undefined) throw new Error(`The workbook has no ${MASHUP}`);
  workbook.file(MASHUP, await tidiedMashup(mashup));
  return packed(workbook);
}

const MASHUP = 'customXml/item1.xml';
const BYTE_ORDER_MARK = '\uFEFF';

/** The XML around a data mashup is UTF-16 with a byte order mark; its text is base64. */
async function tidiedMashup(xml: Buffer): Promise<Buffer> {
  const text = xml.toString('utf16le');
  const [, base64 = ''] = /<DataMashup[^>]*>([^<]+)</.exec(text) ?? [];
  const mashup = readDataMashup(Buffer.from(base64, 'base64'));
  const metadata = withMetadataXml(mashup.metadata, (metadataXml) =>
    replaced(
      replaced(metadataXml, /(?<="FillLastUpdated" Value="d)[^"]*/, '2000-01-01T00:00:00.0000000Z'),
      '"FillTarget" Value="sQuery1"',
      `"FillTarget" Value="s${WORKBOOK_SET.name}"`,
    ),
  );
  const again = writeDataMashup({
    ...mashup,
    package: await packed(await JSZip.loadAsync(mashup.package)),
    metadata,
  });
  const written = replaced(text, base64, again.toString('base64'));
  return Buffer.from(written.startsWith(BYTE_ORDER_MARK) ? written : BYTE_ORDER_MARK + written, 'utf16le');
}

async function edit(zip: JSZip, path: string, change: (xml: string) => string): Promise<void> {
  const xml = await zip.file(path)?.async('string');
  if (xml === undefined) throw new Error(`The workbook has no ${path}`);
  zip.file(path, change(xml));
}

/** The text with one part replaced. What is not there is a change of the library's template, and no silent matter. */
function replaced(text: string, part: string | RegExp, by: string): string {
  const changed = text.replace(part, () => by);
  if (changed === text) throw new Error(`The workbook's template has no ${String(part)}`);
  return changed;
}

async function packed(zip: JSZip): Promise<Buffer> {
  const again = new JSZip();
  for (const [name, file] of Object.entries(zip.files))
    if (!file.dir)
      again.file(name, await file.async('nodebuffer'), { date: NO_TIME, createFolders: false });
  return again.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE', compressionOptions: { level: 9 } });
}
