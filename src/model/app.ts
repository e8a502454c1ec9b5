import { appProperties } from './usage.js';
import { entityType, flag, int32, required, showing, text, toMany, toOne, type RowOf } from './edm.js';

/** Dimension: one app of a tenant, as the usage rows of all its streams show it. */
export const App = entityType('App', {
  key: ['tenantId', 'id'],
  description: 'One cloud app of a tenant, once, however many streams have seen it.',
  properties: {
    tenantId: required(text('Directory (tenant) ID.')),
    id: required(text('App id in the Microsoft cloud app catalog, digits as text; the same in all tenants.')),
    appKey: required(text('tenantId:id in one column, for relationships.')),
    ...appProperties,
  },
  navigation: {
    usage: toMany(
      'DiscoveredApps',
      { tenantId: 'tenantId', id: 'id' },
      { partner: 'app', description: 'Usage of the app, a row per stream.' },
    ),
    appTags: toMany(
      'AppTags',
      { tenantId: 'tenantId', id: 'appId' },
      { partner: 'app', description: 'The tags, a row each.' },
    ),
    appDomains: toMany(
      'AppDomains',
      { tenantId: 'tenantId', id: 'appId' },
      { partner: 'app', description: 'The domains, a row each.' },
    ),
  },
});

const appOfBridge = (partner: string) =>
  toOne('Apps', { tenantId: 'tenantId', appId: 'id' }, { partner, description: 'The app.' });

/** Bridge: one tag of one app. */
export const AppTag = entityType('AppTag', {
  key: ['tenantId', 'appId', 'tag'],
  description: 'One tag of one app: what slices apps by tag in a report.',
  properties: {
    tenantId: required(text('Directory (tenant) ID.')),
    appId: required(text('App id.')),
    tag: showing(['App.tags'], required(text('The tag.'))),
    appKey: showing(
      ['App.appKey'],
      required(text('tenantId:appId in one column, for relationships with Apps.')),
    ),
  },
  navigation: { app: appOfBridge('appTags') },
});

/** Bridge: one domain of one app. */
export const AppDomain = entityType('AppDomain', {
  key: ['tenantId', 'appId', 'domain'],
  description: 'One domain of one app.',
  properties: {
    tenantId: required(text('Directory (tenant) ID.')),
    appId: required(text('App id.')),
    domain: showing(['App.domains'], required(text('The domain; may hold a wildcard.'))),
    appKey: showing(
      ['App.appKey'],
      required(text('tenantId:appId in one column, for relationships with Apps.')),
    ),
  },
  navigation: { app: appOfBridge('appDomains') },
});

/** Dimension: an app category. */
export const AppCategory = entityType('AppCategory', {
  key: ['id'],
  description: 'A category of cloud apps.',
  properties: {
    id: required(text('Category id as Microsoft Graph spells it, for example cloudStorage.')),
    displayName: text('Category as a person reads it, for example Cloud storage.'),
    isKnown: required(
      flag('False for a category that this version has not heard of: upstream adds some over time.'),
    ),
  },
});

/** Dimension: a band of risk scores; its bounds are settings. */
export const RiskLevel = entityType('RiskLevel', {
  key: ['id'],
  description: 'A band of risk scores.',
  properties: {
    id: required(text('high, medium or low.')),
    displayName: required(text('The band as a person reads it.')),
    minRiskScore: required(int32('Lowest score of the band.', { unit: 'points' })),
    maxRiskScore: required(int32('Highest score of the band.', { unit: 'points' })),
    sortOrder: required(int32('1 for the riskiest band: sort by it in charts.')),
  },
});

/** A row of Apps. */
export type AppRow = RowOf<typeof App>;
/** A row of AppTags. */
export type AppTagRow = RowOf<typeof AppTag>;
/** A row of AppDomains. */
export type AppDomainRow = RowOf<typeof AppDomain>;
/** A row of AppCategories. */
export type AppCategoryRow = RowOf<typeof AppCategory>;
/** A row of RiskLevels. */
export type RiskLevelRow = RowOf<typeof RiskLevel>;
