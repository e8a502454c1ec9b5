/** Power BI's side of the dialogue: its requests, with its headers, and what it needs of each answer. */
import { Agent, request } from 'node:http';
import { gunzipSync } from 'node:zlib';

const POWER_QUERY = {
  'User-Agent': 'Microsoft.Data.Mashup (https://go.microsoft.com/fwlink/?LinkID=304225)',
  'Accept-Encoding': 'gzip, deflate',
  'OData-MaxVersion': '4.0',
};
const FIRST_CONTACT = {
  ...POWER_QUERY,
  MaxDataServiceVersion: '3.0',
  Accept:
    'application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,text/plain;q=0.7',
};
const METADATA = { ...POWER_QUERY, Accept: 'application/xml' };
const DATA = { ...POWER_QUERY, Accept: 'application/json;odata.metadata=minimal' };

export const keepAlive = new Agent({ keepAlive: true, maxSockets: 1 });

/** One request; the body decoded. @throws when the answer is not what Power BI needs */
function ask(url, headers) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, agent: keepAlive }, (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.once('error', reject);
      response.once('end', () => {
        try {
          resolve(checked(url, response, pieces));
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.once('error', reject);
    sent.end();
  });
}

function checked(url, response, pieces) {
  const names = response.rawHeaders.filter((_, place) => place % 2 === 0).map((name) => name.toLowerCase());
  const body = pieces.reduce((whole, piece) => whole + piece.length, 0);
  const coding = response.headers['content-encoding'];
  const bytes = concat(pieces);
  const text = (coding === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
  if (response.statusCode !== 200)
    throw new Error(`${url} was answered ${response.statusCode}: ${text.slice(0, 300)}`);
  if (names.filter((name) => name === 'odata-version').length !== 1)
    throw new Error(`${url}: OData-Version must stand exactly once`);
  if (coding !== 'gzip' && body > 1024) throw new Error(`${url}: ${body} bytes came without gzip`);
  return text;
}

function concat(pieces) {
  return pieces.length === 1 ? pieces[0] : pieces[0].constructor.concat(pieces);
}

/** A collection's page. */
async function page(url, base) {
  const text = await ask(url, DATA);
  if (!text.startsWith(`{"@odata.context":"${base}$metadata#`))
    throw new Error(`${url}: the absolute @odata.context must come first, not ${text.slice(0, 120)}`);
  const body = exactJson(text);
  const next = body['@odata.nextLink'];
  if (next !== undefined && !next.startsWith(base)) throw new Error(`${url}: the next link leads to ${next}`);
  return body;
}

/** Integers that a double cannot hold become texts that begin with `exactly`, as {@link valueText} writes them. */
function exactJson(text) {
  return JSON.parse(
    text.replace(/("\w+":)(-?\d{16,})(?=[,}])/g, (all, name, digits) =>
      Number.isSafeInteger(Number(digits)) ? all : `${name}"exactly ${digits}"`,
    ),
  );
}

/**
 * Root, $metadata, preview, full load.
 *
 * @param between is awaited between two pages of the full load, with the number of those that came
 */
export async function play(base, { fewestPages, between }) {
  const service = JSON.parse(await ask(base, FIRST_CONTACT));
  if (service['@odata.context'] !== `${base}$metadata`)
    throw new Error(`The service document's context is ${service['@odata.context']}`);
  const metadata = await ask(`${base}$metadata`, METADATA);
  if (!metadata.includes('<EntitySet Name="DiscoveredApps"'))
    throw new Error('$metadata does not declare DiscoveredApps');
  const preview = await load(`${base}DiscoveredApps?$top=1000`, base);
  const { rows, pages } = await load(`${base}DiscoveredApps`, base, between);
  if (pages < fewestPages) throw new Error(`The full load had ${pages} pages; ${fewestPages} are wanted`);
  return { preview: preview.rows, rows, pages };
}

/** A collection, all pages of it. */
async function load(url, base, between = () => undefined) {
  const rows = [];
  let pages = 0;
  for (let next = url; next !== undefined; pages += 1) {
    if (pages > 0) await between(pages);
    const body = await page(next, base);
    rows.push(...body.value);
    next = body['@odata.nextLink'];
  }
  return { rows, pages };
}
