import { atHomeIn, dateTime, flag, int32, int64, required, showing, text, texts } from './edm.js';

/** What a row says about the app itself, whatever the stream: in Apps and in every usage row. Graph's own spelling. */
export const appProperties = atHomeIn('App', {
  displayName: text('Name of the app as the Microsoft cloud app catalog spells it.'),
  description: text('What the app is, in the words of the cloud app catalog.'),
  category: text(
    'Category id as Microsoft Graph spells it, for example cloudStorage. New ones appear over time.',
  ),
  categoryName: showing(['App.category'], text('Category as a person reads it, for example Cloud storage.')),
  riskScore: int32('Score of the app from 0 to 10: 10 is the safest, low is risky. Empty when not scored.', {
    unit: 'points',
  }),
  riskLevel: showing(
    ['App.riskScore'],
    text('Risk band of the score: high, medium or low. Empty when the app is not scored.'),
  ),
  domains: texts(
    'Domains of the app; may hold wildcards. See domainsText for a column that Power BI can load.',
  ),
  domainsText: showing(['App.domains'], text('The domains in one text, separated by "; ".')),
  tags: texts('Tags of the app in this tenant: Sanctioned, Unsanctioned, Monitored and your own.'),
  tagsText: showing(['App.tags'], text('The tags in one text, separated by "; ".')),
  isSanctioned: showing(['App.tags'], flag('True when the app carries the tag Sanctioned.')),
  isUnsanctioned: showing(['App.tags'], flag('True when the app carries the tag Unsanctioned.')),
});

/** The properties that both usage types share: which app, in which stream, how much. */
export const usageProperties = atHomeIn('DiscoveredApp', {
  ...appProperties,
  userCount: int64('Distinct users of the app in the period. Empty when the stream does not measure users.', {
    unit: 'users',
  }),
  deviceCount: int64(
    'Distinct devices in the period. Only the Defender for Endpoint stream measures devices; empty elsewhere.',
    {
      unit: 'devices',
    },
  ),
  ipAddressCount: int64(
    'Distinct source IP addresses in the period. Empty when the stream does not measure them.',
    {
      unit: 'IP addresses',
    },
  ),
  transactionCount: int64('Transactions (log lines of usage) in the period.', { unit: 'transactions' }),
  uploadNetworkTrafficInBytes: int64(
    'Bytes uploaded to the app in the period. Empty when the stream does not measure uploads.',
    {
      unit: 'bytes',
    },
  ),
  downloadNetworkTrafficInBytes: int64(
    'Bytes downloaded from the app in the period. Empty when the stream does not measure downloads.',
    { unit: 'bytes' },
  ),
  totalNetworkTrafficInBytes: showing(
    ['DiscoveredApp.uploadNetworkTrafficInBytes', 'DiscoveredApp.downloadNetworkTrafficInBytes'],
    int64('Bytes uploaded and downloaded in the period. Empty when either is not measured.', {
      unit: 'bytes',
    }),
  ),
  firstSeenDateTime: dateTime(
    'When the app was first seen in this stream, in UTC. Empty when upstream does not say.',
  ),
  lastSeenDateTime: dateTime(
    'When the app was last seen in this stream, in UTC; often with the precision of a day.',
  ),
  firstSeenDateKey: showing(
    ['DiscoveredApp.firstSeenDateTime'],
    int32('Day of firstSeenDateTime as yyyymmdd (UTC): relates to Dates.'),
  ),
  lastSeenDateKey: showing(
    ['DiscoveredApp.lastSeenDateTime'],
    int32('Day of lastSeenDateTime as yyyymmdd (UTC): relates to Dates.'),
  ),
  isGlobalReport: showing(
    ['Stream.isGlobalReport'],
    flag(
      'True in rows of the Global report, which repeats the log streams: filter it out, or on it alone, before you add rows up. Empty when it is not known.',
    ),
  ),
  streamName: showing(
    ['Stream.displayName'],
    text('Name of the stream (Cloud Discovery report) that saw the usage.'),
  ),
  appKey: showing(['App.appKey'], required(text('tenantId:id in one column, for relationships with Apps.'))),
  streamKey: showing(
    ['Stream.streamKey'],
    required(text('tenantId:streamId in one column, for relationships with Streams.')),
  ),
});

/** The key columns that usage rows begin with. */
export const usageKeys = {
  tenantId: required(text('Directory (tenant) ID that the usage belongs to.')),
  streamId: required(text('Stream (Cloud Discovery report) that saw the usage.')),
  id: required(text('App id in the Microsoft cloud app catalog, digits as text; the same in all tenants.')),
};
