/**
 * The text of a .pbids file: a double click opens Power BI Desktop at the feed's address. It holds no credential; one
 * connection, as the format allows.
 *
 * @param serviceRoot absolute URL of the feed with its trailing slash, as clients reach it
 */
export function pbidsText(serviceRoot: string): string {
  const connection = {
    details: { protocol: 'odata', address: { url: serviceRoot } },
    options: {},
    mode: 'Import',
  };
  return `${JSON.stringify({ version: '0.1', connections: [connection] }, null, 2)}\n`;
}
