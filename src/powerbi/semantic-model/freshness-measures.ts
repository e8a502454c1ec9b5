/** Whether the data can be trusted today: how old it is, which streams are behind, and why. */
import { ONE_DECIMAL, WHOLE, type Measure } from './measure.js';

/** Moments to the minute, in UTC. */
const MOMENT = 'yyyy-mm-dd hh:nn" UTC"';

/** Freshness, streams, runs of the poller, and what a reader must know. */
export const FRESHNESS_MEASURES: readonly Measure[] = [
  {
    name: 'Data as of',
    dax: [`MAX('Stream'[Rows fetched])`],
    folder: 'Freshness',
    format: MOMENT,
    description: 'When the newest rows in view were fetched from Defender, in UTC: "now" for what is new or quiet.',
  },
  {
    name: 'Data age (hours)',
    dax: [`VAR fetchedAt = [Data as of]`, `RETURN IF(NOT ISBLANK(fetchedAt), DATEDIFF(fetchedAt, UTCNOW(), MINUTE) / 60)`],
    folder: 'Freshness',
    format: ONE_DECIMAL,
    description: 'Hours since the newest rows in view were fetched.',
  },
  {
    name: 'Oldest stream age (hours)',
    dax: [
      `VAR fetchedAt = MIN('Stream'[Rows fetched])`,
      `RETURN IF(NOT ISBLANK(fetchedAt), DATEDIFF(fetchedAt, UTCNOW(), MINUTE) / 60)`,
    ],
    folder: 'Freshness',
    format: ONE_DECIMAL,
    description: 'Hours since the rows of the stream that is furthest behind were fetched.',
  },
  {
    name: 'Streams',
    dax: [`COUNTROWS('Stream')`],
    folder: 'Freshness',
    format: WHOLE,
    description: 'Cloud Discovery reports (streams) in view.',
  },
  {
    name: 'Stale streams',
    dax: [`CALCULATE(COUNTROWS('Stream'), KEEPFILTERS('Stream'[Is stale] = TRUE())) + 0`],
    folder: 'Freshness',
    format: WHOLE,
    description: 'Streams that the last refresh could not renew: their last good rows are shown.',
  },
  {
    name: 'Why streams are stale',
    dax: [
      `VAR staleStreams = FILTER('Stream', 'Stream'[Is stale] = TRUE())`,
      `RETURN`,
      `    IF(`,
      `        ISEMPTY(staleStreams),`,
      `        "Every stream is up to date.",`,
      `        CONCATENATEX(staleStreams, 'Stream'[Stream] & ": " & 'Stream'[Stale reason], UNICHAR(10))`,
      `    )`,
    ],
    folder: 'Freshness',
    description: 'The stale streams with their reasons, a line each.',
  },
  {
    name: 'Refresh status',
    dax: [`CONCATENATEX(VALUES('Tenant'[Last refresh status]), 'Tenant'[Last refresh status], ", ")`],
    folder: 'Freshness',
    description: 'How the last refresh of the feed ended, for the tenants in view.',
  },
  {
    name: 'Refreshes',
    dax: [`COUNTROWS('Refresh')`],
    folder: 'Freshness',
    format: WHOLE,
    description: 'Runs of the poller that the feed remembers.',
  },
  {
    name: 'Failed refreshes',
    dax: [`CALCULATE([Refreshes], KEEPFILTERS('Refresh'[Status] = "failed")) + 0`],
    folder: 'Freshness',
    format: WHOLE,
    description: 'Runs of the poller that failed altogether.',
  },
  {
    name: 'Feed address',
    dax: [`SELECTEDVALUE('Feed'[Address])`],
    folder: 'About',
    description: 'The OData address that this model reads: its parameter ServiceRoot.',
  },
  {
    name: 'Global report note',
    dax: [
      `VAR logRows = CALCULATE(COUNTROWS('App usage'), KEEPFILTERS('App usage'[Is Global report] == FALSE()))`,
      `VAR globalRows = CALCULATE(COUNTROWS('App usage'), KEEPFILTERS('App usage'[Is Global report] == TRUE()))`,
      `VAR unknownRows = COUNTROWS('App usage') - logRows - globalRows`,
      `RETURN`,
      `    SWITCH(`,
      `        TRUE(),`,
      `        globalRows > 0 && logRows + unknownRows > 0, "Counted twice: the Global report repeats the log streams. Filter Is Global report.",`,
      `        globalRows > 0, "The Global report alone.",`,
      `        unknownRows > 0, "The feed cannot tell whether one of these streams is the Global report: see GLOBAL_REPORT_STREAM_IDS.",`,
      `        "Without the Global report, which repeats the log streams."`,
      `    )`,
    ],
    folder: 'About',
    description: 'Whether the rows in view hold the Global report, which repeats the log streams: adding it up with them counts twice.',
  },
  {
    name: 'Origin of the data',
    dax: [
      `IF(`,
      `    ISEMPTY(FILTER('Tenant', 'Tenant'[Is sample] = TRUE())),`,
      `    "Microsoft Defender for Cloud Apps",`,
      `    "The built-in sample tenant: every row is made up."`,
      `)`,
    ],
    folder: 'About',
    description: 'Says so when rows of the built-in sample tenant are in view.',
  },
];
