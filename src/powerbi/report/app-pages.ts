/** Apps one by one: the list to search in, and all about one of them. */
import { column, measure } from './field.js';
import { at, head, HEADING_BESIDE_BUTTON, row, type Page } from './page.js';
import { backButton, card, columns, slicer, table } from './visual.js';

const APP_NAME = column('App', 'App name');
const CHOICES = row(120, 72, [2, 1, 1, 1]);

/** The list: search, filter, then drill through to one app. */
export const APPS: Page = {
  name: 'apps',
  title: 'Apps',
  visuals: [
    ...head('Apps', 'Search by name, filter, sort by any column. Right-click a row: Drill through, App detail.'),
    slicer({ name: 'search', at: at(CHOICES, 0) }, APP_NAME),
    slicer({ name: 'risk', at: at(CHOICES, 1) }, column('Risk level', 'Risk level')),
    slicer({ name: 'tag', at: at(CHOICES, 2) }, column('App tag', 'Tag')),
    slicer({ name: 'domain', at: at(CHOICES, 3) }, column('App domain', 'Domain')),
    table(
      { name: 'list', title: 'Apps', alt: 'A row for each app: category, risk score, tags, users, devices, traffic, first seen and latest use.', at: [24, 208, 1232, 496] },
      [
        APP_NAME,
        column('App', 'Category'),
        column('App', 'Risk score'),
        column('App', 'Tags'),
        measure('User-app pairs'),
        measure('Device-app pairs'),
        measure('Transactions'),
        measure('Upload'),
        measure('Download'),
        measure('Upload share'),
        measure('First seen by any stream'),
        measure('Latest use'),
      ],
      { sort: measure('User-app pairs') },
    ),
  ],
};

const FIGURES = row(120, 88, [1, 1, 1, 1, 1, 1]);
const PERIODS = row(464, 240, [1, 1, 1]);

/** One app: who it is, which streams saw it, how its periods compare. */
export const APP_DETAIL: Page = {
  name: 'app-detail',
  title: 'App detail',
  drillThrough: APP_NAME,
  visuals: [
    backButton({ name: 'back', at: [24, 16, 40, 40] }),
    ...head('App detail', 'The app whose row you drilled through from, over all streams and each of them.', {
      at: HEADING_BESIDE_BUTTON,
    }),
    ...[
      ['users', 'User-app pairs', 'Users of the app, added up over streams.'],
      ['devices', 'Device-app pairs', 'Devices, added up over streams.'],
      ['upload', 'Upload', 'Bytes uploaded to the app.'],
      ['download', 'Download', 'Bytes downloaded from the app.'],
      ['first', 'First seen by any stream', 'Day on which a stream first saw the app.'],
      ['latest', 'Latest use', 'Day on which a stream last saw the app.'],
    ].map(([name = '', figure = '', alt = ''], index) =>
      card({ name: `figure-${name}`, at: at(FIGURES, index) }, measure(figure), alt),
    ),
    table(
      { name: 'about', title: 'About the app', alt: 'What the app is: name, category, risk score, tags, domains, description.', at: [24, 224, 616, 224] },
      [
        APP_NAME,
        column('App', 'Category'),
        column('App', 'Risk score'),
        column('App', 'Tags'),
        column('App', 'Domains'),
        column('App', 'Description'),
      ],
    ),
    table(
      { name: 'streams', title: 'Streams that saw it', alt: 'A row for each stream: users, devices, traffic, latest use.', at: [656, 224, 600, 224] },
      [
        column('Stream', 'Stream'),
        measure('User-app pairs'),
        measure('Device-app pairs'),
        measure('Transactions'),
        measure('Upload'),
        measure('Download'),
        measure('Latest use'),
      ],
      { sort: measure('User-app pairs') },
    ),
    columns({ name: 'users-by-period', title: 'Users by period', alt: 'Column chart: users in the last 7, 30 and 90 days.', at: at(PERIODS, 0) }, column('App usage by period', 'Period'), [measure('User-app pairs in the period')]),
    columns({ name: 'upload-by-period', title: 'Upload by period', alt: 'Column chart: bytes uploaded in the last 7, 30 and 90 days.', at: at(PERIODS, 1) }, column('App usage by period', 'Period'), [measure('Upload in the period')]),
    columns({ name: 'traffic-by-period', title: 'Total traffic by period', alt: 'Column chart: bytes up and down in the last 7, 30 and 90 days.', at: at(PERIODS, 2) }, column('App usage by period', 'Period'), [measure('Total traffic in the period')]),
  ],
};
