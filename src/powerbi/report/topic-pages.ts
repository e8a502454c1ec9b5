/** Pages that answer one question each. */
import { column, measure, type Field } from './field.js';
import { valuesFilter } from './filter.js';
import { at, head, row, type Page } from './page.js';
import { bars, card, columns, dots, table, type Visual } from './visual.js';

const APP_NAME = column('App', 'App name');
const CATEGORY = column('Category', 'Category');
const UPPER = row(224, 232, [1, 1]);
const LOWER = [24, 472, 1232, 232] as const;

type Figure = readonly [measure: string, alt: string];

function figures(all: readonly Figure[]): Visual[] {
  const boxes = row(120, 88, all.map(() => 1));
  return all.map(([name, alt], index) => card({ name: `figure-${index + 1}`, at: at(boxes, index) }, measure(name), alt));
}

function appRows(sort: Field, more: readonly Field[] = []): readonly Field[] {
  return [APP_NAME, column('App', 'Category'), column('App', 'Risk score'), column('App', 'Tags'), sort, ...more];
}

/** How risky is what people use? */
export const RISK: Page = {
  name: 'risk',
  title: 'Risk',
  visuals: [
    ...head('Risk', 'Scores run from 0 (risky) to 10 (safe). Weighted with users, they say what people really use.'),
    ...figures([
      ['High-risk apps', 'Number of high-risk apps.'],
      ['High-risk share', 'High-risk apps as a part of all.'],
      ['High-risk user-app pairs', 'Users of high-risk apps, added up over apps and streams.'],
      ['High-risk upload', 'Bytes uploaded to high-risk apps.'],
      ['Average risk score', 'Mean score of apps.'],
      ['User-weighted risk score', 'Mean score of apps, weighted with users.'],
    ]),
    dots(
      { name: 'score-and-users', title: 'Risk score and users', alt: 'Dots: each app by its risk score and its users; the size is its traffic.', at: at(UPPER, 0) },
      { category: APP_NAME, x: measure('Average risk score'), y: measure('User-app pairs'), size: measure('Total traffic') },
    ),
    bars({ name: 'high-risk-by-category', title: 'High-risk apps by category', alt: 'Bar chart: the ten categories with the most high-risk apps.', at: at(UPPER, 1) }, CATEGORY, measure('High-risk apps')),
    table(
      { name: 'high-risk-apps', title: 'High-risk apps', alt: 'A row for each high-risk app, the most used first.', at: LOWER },
      appRows(measure('User-app pairs'), [measure('Upload'), measure('First seen by any stream'), measure('Latest use')]),
      {
        sort: measure('User-app pairs'),
        filters: [valuesFilter('only-high-risk', column('Risk level', 'Risk level ID'), ['high'])],
      },
    ),
  ],
};

/** Where does data go? */
export const DATA_MOVEMENT: Page = {
  name: 'data-movement',
  title: 'Data movement',
  visuals: [
    ...head('Data movement', 'Which apps data leaves through, and whether it grows: the last 7 days against the daily mean of 30 and 90.'),
    ...figures([
      ['Upload', 'Bytes uploaded.'],
      ['Download', 'Bytes downloaded.'],
      ['Upload share', 'Uploaded part of the total traffic.'],
      ['Upload per day, 7 days', 'Bytes uploaded per day in the last 7 days.'],
      ['Upload change, 7 against 30 days', 'Change of uploads per day against the mean of 30 days.'],
      ['Upload change, 7 against 90 days', 'Change of uploads per day against the mean of 90 days.'],
    ]),
    bars({ name: 'upload-by-app', title: 'Apps by upload', alt: 'Bar chart: the ten apps with the most uploaded bytes.', at: at(UPPER, 0) }, APP_NAME, measure('Upload')),
    bars({ name: 'upload-by-category', title: 'Categories by upload', alt: 'Bar chart: the ten categories with the most uploaded bytes.', at: at(UPPER, 1) }, CATEGORY, measure('Upload')),
    table(
      { name: 'movers', title: 'Upload by app', alt: 'A row for each app: upload, download, share, and change against 30 days.', at: LOWER },
      appRows(measure('Upload'), [
        measure('Download'),
        measure('Upload share'),
        measure('Upload per day, 7 days'),
        measure('Upload per day, 30 days'),
        measure('Upload change, 7 against 30 days'),
      ]),
      { sort: measure('Upload') },
    ),
  ],
};

const HALVES = row(472, 232, [1, 1]);

/** What is decided, what is ignored, what waits for a decision? */
export const SANCTION_STATUS: Page = {
  name: 'sanction-status',
  title: 'Sanction status',
  visuals: [
    ...head('Sanction status', 'Tags of apps in the Defender portal: what is used though it is unsanctioned, and what nobody has decided on.'),
    ...figures([
      ['Sanctioned apps', 'Number of sanctioned apps in use.'],
      ['Unsanctioned apps in use', 'Number of unsanctioned apps that were used nevertheless.'],
      ['Unsanctioned upload', 'Bytes uploaded to unsanctioned apps.'],
      ['Untagged apps', 'Number of apps without a tag.'],
    ]),
    bars({ name: 'by-tag', title: 'Apps by tag', alt: 'Bar chart: number of apps for each tag.', at: at(UPPER, 0) }, column('App tag', 'Tag'), measure('Apps')),
    columns({ name: 'untagged-by-risk', title: 'Untagged apps by risk level', alt: 'Column chart: number of untagged apps for each risk level.', at: at(UPPER, 1) }, column('Risk level', 'Risk level'), [measure('Untagged apps')]),
    table(
      { name: 'unsanctioned-apps', title: 'Unsanctioned apps in use', alt: 'A row for each unsanctioned app, the most used first.', at: at(HALVES, 0) },
      [APP_NAME, column('App', 'Risk score'), measure('User-app pairs'), measure('Upload'), measure('Latest use')],
      { sort: measure('User-app pairs'), filters: [valuesFilter('only-unsanctioned', column('App', 'Is unsanctioned'), [true])] },
    ),
    table(
      { name: 'untagged-apps', title: 'Apps to decide on', alt: 'A row for each app without a tag, the most used first.', at: at(HALVES, 1) },
      [APP_NAME, column('App', 'Category'), column('App', 'Risk score'), measure('User-app pairs'), measure('Upload')],
      { sort: measure('User-app pairs'), filters: [valuesFilter('only-untagged', column('App', 'Tags'), [''])] },
    ),
  ],
};

/** Which generative-AI apps, by how many, with how much data? */
export const GENERATIVE_AI: Page = {
  name: 'generative-ai',
  title: 'Generative AI',
  filters: [valuesFilter('only-generative-ai', column('Category', 'Category ID'), ['generativeAi'])],
  visuals: [
    ...head('Generative AI', 'Apps of the category Generative AI: what people paste and upload goes there.'),
    ...figures([
      ['Generative AI apps', 'Number of generative-AI apps in use.'],
      ['Generative AI user-app pairs', 'Users of generative-AI apps, added up over apps and streams.'],
      ['Generative AI upload', 'Bytes uploaded to generative-AI apps.'],
      ['High-risk apps', 'Number of generative-AI apps of high risk.'],
      ['New apps, 30 days', 'Generative-AI apps first seen in the last 30 days.'],
      ['Untagged apps', 'Generative-AI apps that nobody has tagged.'],
    ]),
    bars({ name: 'by-users', title: 'Most used', alt: 'Bar chart: the ten generative-AI apps with the most users.', at: at(UPPER, 0) }, APP_NAME, measure('User-app pairs')),
    bars({ name: 'by-upload', title: 'By upload', alt: 'Bar chart: the ten generative-AI apps with the most uploaded bytes.', at: at(UPPER, 1) }, APP_NAME, measure('Upload')),
    table(
      { name: 'apps', title: 'Generative-AI apps', alt: 'A row for each generative-AI app, the most used first.', at: LOWER },
      appRows(measure('User-app pairs'), [measure('Upload'), measure('First seen by any stream'), measure('Latest use')]),
      { sort: measure('User-app pairs') },
    ),
  ],
};

/** Can the numbers be trusted today? */
export const FRESHNESS: Page = {
  name: 'freshness',
  title: 'Streams and freshness',
  visuals: [
    ...head('Streams and freshness', 'Each stream: what it measures, how fresh its rows are, and why it is stale if it is. All streams stand here, the Global report too.'),
    ...figures([
      ['Streams', 'Number of streams.'],
      ['Stale streams', 'Streams that the last refresh could not renew.'],
      ['Data age (hours)', 'Hours since the newest rows were fetched.'],
      ['Oldest stream age (hours)', 'Hours since the rows of the stream furthest behind were fetched.'],
      ['Refresh status', 'How the last refresh ended.'],
      ['Failed refreshes', 'Runs of the poller that failed.'],
    ]),
    table(
      { name: 'streams', title: 'Streams', alt: 'A row for each stream: source, what it measures, last data, when fetched, stale or not and why.', at: [24, 224, 1232, 232] },
      [
        column('Stream', 'Stream'),
        column('Stream', 'Log data provider'),
        column('Stream', 'Is Global report'),
        column('Stream', 'Entity types'),
        column('Stream', 'Traffic types'),
        column('Stream', 'Last data received'),
        column('Stream', 'Rows fetched'),
        column('Stream', 'Is stale'),
        column('Stream', 'Stale reason'),
        column('Stream', 'App count'),
      ],
    ),
    table(
      { name: 'refreshes', title: 'Refreshes of the feed', alt: 'A row for each run of the poller: when, how it ended, how many rows, what went wrong and what to do.', at: LOWER },
      [
        column('Refresh', 'Start'),
        column('Refresh', 'Status'),
        column('Refresh', 'Duration seconds'),
        column('Refresh', 'Page count'),
        column('Refresh', 'Row count'),
        column('Refresh', 'Retry count'),
        column('Refresh', 'Error code'),
        column('Refresh', 'Error message'),
        column('Refresh', 'Error hint'),
      ],
      { sort: column('Refresh', 'Start') },
    ),
  ],
};
