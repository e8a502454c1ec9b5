/** What the feed must show: asked of the sample tenant's generator itself, which shares no code with the feed. */

/** The fields of the product that the feed replaces, and the stream that saw the app. */
const FIELDS = [
  ...[
    'streamId',
    'id',
    'displayName',
    'category',
    'riskScore',
    'domains',
    'tags',
    'userCount',
    'deviceCount',
  ],
  ...['ipAddressCount', 'transactionCount', 'uploadNetworkTrafficInBytes', 'downloadNetworkTrafficInBytes'],
  'lastSeenDateTime',
];

/** What upstream has, day by day, straight from the generator. */
export class Upstream {
  #tenant;
  #day;
  #rows = new Map();

  constructor(tenant, firstDay) {
    this.#tenant = tenant;
    this.#day = firstDay;
  }

  get today() {
    return this.#day;
  }

  moveOn() {
    this.#day = new Date(this.#day.getTime() + 86_400_000);
  }

  /** Row texts by key on a day. */
  on(day) {
    const name = day.toISOString().slice(0, 10);
    if (!this.#rows.has(name)) this.#rows.set(name, rowTexts(expectedRows(this.#tenant.on(day))));
    return this.#rows.get(name);
  }
}

function expectedRows(tenant) {
  return tenant.streams.flatMap((stream) => {
    const counts = (entity, value) => (stream.supportedEntityTypes.includes(entity) ? value : null);
    const bytes = (direction, value) => (stream.supportedTrafficTypes.includes(direction) ? value : null);
    const isEndpoint = stream.logDataProvider === 'microsoftDefenderForEndpoint';
    return tenant.usage(stream.id, 'P90D').map((app) => ({
      ...app,
      streamId: stream.id,
      domains: app.domains ?? [],
      userCount: counts('userName', app.userCount),
      ipAddressCount: counts('ipAddress', app.ipAddressCount),
      deviceCount: isEndpoint ? app.deviceCount : null,
      uploadNetworkTrafficInBytes: bytes('uploadedBytes', app.uploadNetworkTrafficInBytes),
      downloadNetworkTrafficInBytes: bytes('downloadedBytes', app.downloadNetworkTrafficInBytes),
      lastSeenDateTime: app.lastSeenDateTime?.replace(/(\.\d{3})\d+Z$/, '$1Z') ?? null,
    }));
  });
}

/** Texts of rows by their key: equal texts, equal rows. */
export function rowTexts(rows) {
  return new Map(
    rows.map((row) => [`${row.streamId} ${row.id}`, FIELDS.map((name) => valueText(row[name])).join(' | ')]),
  );
}

function valueText(value) {
  return typeof value === 'bigint' ? `"exactly ${value}"` : JSON.stringify(value);
}

/** Throws unless the rows are those of one of the days. @returns the day */
export function dayOf(rows, days, upstream) {
  const shown = rowTexts(rows);
  if (shown.size !== rows.length) throw new Error(`${rows.length - shown.size} rows came twice`);
  const likely = days.map((day) => ({ day, ...difference(shown, upstream.on(day)) }));
  likely.sort((left, right) => left.wrong - right.wrong);
  const [best] = likely;
  if (best.wrong === 0) return best.day;
  const others = [...shown].filter(([key, text]) => upstream.on(best.day).get(key) !== text);
  throw new Error(
    `No day has these rows. Nearest is ${best.day.toISOString().slice(0, 10)}: ${best.missing} missing, ${others.length} of ${shown.size} other than there. First: ${others[0]?.[1]}`,
  );
}

function difference(shown, expected) {
  let same = 0;
  for (const [key, text] of expected) if (shown.get(key) === text) same += 1;
  const missing = [...expected.keys()].filter((key) => !shown.has(key)).length;
  return { missing, wrong: expected.size - same + (shown.size - same) };
}
