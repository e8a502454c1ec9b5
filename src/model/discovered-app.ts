import {
  entityType,
  int32,
  required,
  text,
  toMany,
  toOne,
  type NavigationProperty,
  type RowOf,
} from './edm.js';
import { usageKeys, usageProperties } from './usage.js';

type Navigations = Readonly<Record<string, Omit<NavigationProperty, 'name'>>>;

const usageNavigation: Navigations = {
  tenant: toOne('Tenants', { tenantId: 'id' }, { description: 'The tenant of the row.' }),
  appTags: toMany(
    'AppTags',
    { tenantId: 'tenantId', id: 'appId' },
    { description: 'The tags of the app, a row each.' },
  ),
  appDomains: toMany(
    'AppDomains',
    { tenantId: 'tenantId', id: 'appId' },
    { description: 'The domains of the app, a row each.' },
  ),
};

/** Current usage of one app in one stream, for the main period (Graph: discoveredCloudAppDetail). */
export const DiscoveredApp = entityType('DiscoveredApp', {
  key: ['tenantId', 'streamId', 'id'],
  description:
    'Usage of one cloud app in one stream over the main period (90 days unless set otherwise), as Cloud Discovery aggregates it.',
  properties: { ...usageKeys, ...usageProperties },
  navigation: {
    stream: toOne(
      'Streams',
      { tenantId: 'tenantId', streamId: 'id' },
      { partner: 'discoveredApps', description: 'The stream that saw the usage.' },
    ),
    app: toOne(
      'Apps',
      { tenantId: 'tenantId', id: 'id' },
      { partner: 'usage', description: 'The app, whatever the stream.' },
    ),
    ...usageNavigation,
  },
});

/** The same for every configured period, one row a period. */
export const DiscoveredAppByPeriod = entityType('DiscoveredAppByPeriod', {
  key: ['tenantId', 'streamId', 'period', 'id'],
  description:
    'Usage of one cloud app in one stream over one of the configured periods. Filter on one period before you add rows up.',
  properties: {
    tenantId: usageKeys.tenantId,
    streamId: usageKeys.streamId,
    period: required(text('Period that the counts cover, as an ISO 8601 duration: P7D, P30D or P90D.')),
    id: usageKeys.id,
    periodDays: required(int32('Length of the period.', { unit: 'days' })),
    ...usageProperties,
  },
  navigation: {
    stream: toOne(
      'Streams',
      { tenantId: 'tenantId', streamId: 'id' },
      { description: 'The stream that saw the usage.' },
    ),
    app: toOne(
      'Apps',
      { tenantId: 'tenantId', id: 'id' },
      { description: 'The app, whatever the stream or period.' },
    ),
    ...usageNavigation,
  },
});

/** A row of DiscoveredApps. */
export type DiscoveredAppRow = RowOf<typeof DiscoveredApp>;
/** A row of DiscoveredAppsByPeriod. */
export type DiscoveredAppByPeriodRow = RowOf<typeof DiscoveredAppByPeriod>;
