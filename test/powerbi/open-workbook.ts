/** A workbook as Excel finds it: its parts, and the M text of its query. */
import JSZip from 'jszip';
import { readDataMashup } from '../../src/powerbi/data-mashup.js';

/** All parts that are text, by path; the query's section document; what is said about the query. */
export async function openWorkbook(
  bytes: Buffer,
): Promise<{ parts: ReadonlyMap<string, string>; section: string; metadata: string }> {
  const zip = await JSZip.loadAsync(bytes);
  const parts = new Map<string, string>();
  for (const [path, file] of Object.entries(zip.files)) {
    const content = await file.async('nodebuffer');
    parts.set(path, content.toString(content[0] === 0xff ? 'utf16le' : 'utf8'));
  }
  const [, base64 = ''] = />([^<]+)<\/DataMashup>/.exec(parts.get('customXml/item1.xml') ?? '') ?? [];
  const mashup = readDataMashup(Buffer.from(base64, 'base64'));
  const queries = await JSZip.loadAsync(mashup.package);
  const end = 8 + mashup.metadata.readInt32LE(4);
  return {
    parts,
    section: (await queries.file('Formulas/Section1.m')?.async('string')) ?? '',
    metadata: mashup.metadata.toString('utf8', 8, end),
  };
}
