/** Where a reader begins: what this is and whether it is fresh; then the whole picture. */
import { column, measure } from './field.js';
import { at, head, phoneRow, row, type Page } from './page.js';
import { bars, card, columns, note, table, words, type Visual } from './visual.js';

const TOP = row(120, 96, [4, 3, 2, 2]);
const MIDDLE = row(232, 200, [1, 1, 1]);

/** First page: the address, the moment of the data, how the last refresh went, what is stale and why. */
export const START_HERE: Page = {
  name: 'start-here',
  title: 'Start here',
  visuals: [
    words({ name: 'heading', at: [24, 16, 1232, 88] }, 'Shadow IT: cloud apps that people use', [
      'What Microsoft Defender for Cloud Apps discovered, over the feed\'s OData address. Another address: Transform data, Edit parameters, ServiceRoot.',
      'Pages: Overview, Risk, Apps (right-click a row, Drill through, App detail), Data movement, Sanction status, Generative AI, Streams and freshness.',
    ]),
    note({ name: 'address', title: 'Feed address', alt: 'The OData address that this report reads.', at: at(TOP, 0) }, measure('Feed address')),
    card({ name: 'as-of', at: at(TOP, 1) }, measure('Data as of'), 'When the newest rows were fetched, in UTC.'),
    card({ name: 'age', at: at(TOP, 2) }, measure('Data age (hours)'), 'Hours since the newest rows were fetched.'),
    card({ name: 'status', at: at(TOP, 3) }, measure('Refresh status'), 'How the last refresh of the feed ended.'),
    note({ name: 'stale', title: 'What is stale, and why', alt: 'Streams that the last refresh could not renew, with the reasons.', at: at(MIDDLE, 0) }, measure('Why streams are stale')),
    note({ name: 'origin', title: 'Origin of the data', alt: 'Whether the rows come from Defender or from the built-in sample tenant.', at: at(MIDDLE, 1) }, measure('Origin of the data')),
    note({ name: 'global', title: 'Global report', alt: 'Whether the numbers hold the Global report, which repeats the log streams.', at: at(MIDDLE, 2) }, measure('Global report note')),
    table(
      { name: 'tenants', title: 'Tenants', alt: 'A row for each tenant: last and next refresh, status, streams, apps.', at: [24, 448, 800, 256] },
      [
        column('Tenant', 'Tenant'),
        column('Tenant', 'Last refresh'),
        column('Tenant', 'Last refresh status'),
        column('Tenant', 'Last successful refresh'),
        column('Tenant', 'Next refresh'),
        measure('Streams'),
        measure('Apps'),
      ],
    ),
    words({ name: 'reading', at: [840, 448, 416, 256] }, 'How to read the numbers', [
      'Users and devices are counted by Defender per app and stream, without names: sums over several are pairs, and say so.',
      'Risk scores run from 0 (risky) to 10 (safe). Times are UTC. KB, MB and GB are decimal.',
      'New and quiet count back from the moment of the data, not from today. Blank means not measured; it never means zero.',
      'The Global report repeats the log streams. The report leaves it out by a filter on "Is Global report" that you can change.',
    ]),
  ],
};

const CARDS = row(120, 88, [1, 1, 1, 1, 1, 1, 1, 1]);
const PHONE_CARDS = [152, 248, 344, 440].flatMap((top) => phoneRow(top, 88, [1, 1]));

const KEY_FIGURES: readonly (readonly [name: string, measure: string, alt: string])[] = [
  ['apps', 'Apps', 'Number of apps in use.'],
  ['users', 'User-app pairs', 'Users, added up over apps and streams.'],
  ['devices', 'Device-app pairs', 'Devices, added up over apps and streams.'],
  ['traffic', 'Total traffic', 'Bytes uploaded and downloaded.'],
  ['high-risk', 'High-risk apps', 'Number of high-risk apps.'],
  ['unsanctioned', 'Unsanctioned apps in use', 'Number of unsanctioned apps that were used nevertheless.'],
  ['new', 'New apps, 30 days', 'Apps that were first seen in the last 30 days.'],
  ['age', 'Data age (hours)', 'Hours since the newest rows were fetched.'],
];

const CHARTS = row(224, 232, [1, 1]);
const LOWER = row(472, 232, [1, 1]);

const OVERVIEW_CHARTS: readonly Visual[] = [
  columns(
    { name: 'by-risk', title: 'Apps by risk level', alt: 'Column chart: number of apps for each risk level, high to low.', at: at(CHARTS, 0), phone: [8, 536, 308, 240] },
    column('Risk level', 'Risk level'),
    [measure('Apps')],
  ),
  bars(
    { name: 'by-users', title: 'Most used apps', alt: 'Bar chart: the ten apps with the most users.', at: at(CHARTS, 1), phone: [8, 784, 308, 280] },
    column('App', 'App name'),
    measure('User-app pairs'),
  ),
  bars(
    { name: 'by-category', title: 'Categories by traffic', alt: 'Bar chart: the ten categories with the most traffic.', at: at(LOWER, 0), phone: [8, 1072, 308, 280] },
    column('Category', 'Category'),
    measure('Total traffic'),
  ),
  columns(
    { name: 'by-first-seen', title: 'Apps by month first seen', alt: 'Column chart: number of apps for each month in which a stream first saw them.', at: at(LOWER, 1), phone: [8, 1360, 308, 240] },
    column('Date', 'Year month'),
    [measure('Apps by first seen')],
  ),
];

/** The whole picture on one page, and on a phone. */
export const OVERVIEW: Page = {
  name: 'overview',
  title: 'Overview',
  visuals: [
    ...head('Overview', 'How many apps, used by how many, how much data, how risky, how new.', { phone: [8, 8, 308, 136] }),
    ...KEY_FIGURES.map(([name, figure, alt], index) =>
      card({ name: `figure-${name}`, at: at(CARDS, index), phone: at(PHONE_CARDS, index) }, measure(figure), alt),
    ),
    ...OVERVIEW_CHARTS,
  ],
};
