import {
  dateTime,
  entityType,
  flag,
  int32,
  int64,
  required,
  showing,
  text,
  texts,
  toMany,
  toOne,
  type RowOf,
} from './edm.js';

/** One configured tenant and how fresh its data is. */
export const Tenant = entityType('Tenant', {
  key: ['id'],
  description: 'A Microsoft Entra tenant that this feed reads, and how fresh its data is.',
  properties: {
    id: required(text('Directory (tenant) ID.')),
    displayName: text('Name of the tenant from the configuration.'),
    isSample: required(flag('True for the built-in sample tenant: its rows are made up.')),
    lastRefreshDateTime: showing(
      ['Refresh.endDateTime'],
      dateTime('End of the last refresh, successful or not, in UTC.'),
    ),
    lastSuccessfulRefreshDateTime: showing(
      ['Refresh.endDateTime'],
      dateTime('End of the last refresh that renewed every stream, in UTC.'),
    ),
    lastRefreshStatus: showing(
      ['StreamRefresh.status'],
      text('Status of the last refresh: running, succeeded, partial, failed or waiting for the first one.'),
    ),
    nextRefreshDateTime: showing(
      ['Refresh.nextRefreshDateTime'],
      dateTime('When the next refresh is due, in UTC.'),
    ),
    streamCount: showing(['Refresh.streamCount'], int32('Streams that the tenant has.', { unit: 'streams' })),
    appCount: int32('Apps that were discovered in any stream.', { unit: 'apps' }),
  },
  navigation: {
    streams: toMany(
      'Streams',
      { id: 'tenantId' },
      { partner: 'tenant', description: 'The streams of the tenant.' },
    ),
    refreshes: toMany(
      'Refreshes',
      { id: 'tenantId' },
      { partner: 'tenant', description: 'The refreshes of the tenant.' },
    ),
  },
});

const ofEntityTypes = (description: string) => showing(['Stream.supportedEntityTypes'], flag(description));
const ofTrafficTypes = (description: string) => showing(['Stream.supportedTrafficTypes'], flag(description));

/** One stream (Graph: cloudAppDiscoveryReport). */
export const Stream = entityType('Stream', {
  key: ['tenantId', 'id'],
  description: 'A Cloud Discovery report (stream): a source of usage, and what it measures.',
  properties: {
    tenantId: required(text('Directory (tenant) ID.')),
    id: required(text('Stream id.')),
    streamKey: required(text('tenantId:id in one column, for relationships.')),
    displayName: text('Name of the report in the Defender portal.'),
    description: text('Comment on the report.'),
    logDataProvider: text('Kind of the log source; microsoftDefenderForEndpoint marks the endpoint stream.'),
    isGlobalReport: flag(
      'True for the Global report, which repeats the log streams. Empty when it is not known.',
    ),
    isSnapshotReport: flag('True for a one-off upload, false for a continuous report.'),
    anonymizeUserData: flag('True when user names in this stream are pseudonyms.'),
    anonymizeMachineData: flag('True when device names in this stream are pseudonyms.'),
    receiverProtocol: text('Protocol by which the log collector receives the logs.'),
    logFileCount: int32('Log files in the history of the report.', { unit: 'files' }),
    createdDateTime: dateTime('When the report was created, in UTC.'),
    lastModifiedDateTime: dateTime('When the report was last modified, in UTC.'),
    lastDataReceivedDateTime: dateTime(
      'When the report last received data, in UTC: how fresh the source is.',
    ),
    supportedEntityTypes: texts('Which entities the source reports: userName, ipAddress, machineName.'),
    supportedEntityTypesText: showing(
      ['Stream.supportedEntityTypes'],
      text('The entity types in one text, separated by "; ".'),
    ),
    supportedTrafficTypes: texts('Which traffic the source reports: uploadedBytes, downloadedBytes.'),
    supportedTrafficTypesText: showing(
      ['Stream.supportedTrafficTypes'],
      text('The traffic types in one text, separated by "; ".'),
    ),
    measuresUsers: ofEntityTypes('True when userCount means something in this stream.'),
    measuresDevices: ofEntityTypes('True when deviceCount means something in this stream.'),
    measuresIPAddresses: ofEntityTypes('True when ipAddressCount means something in this stream.'),
    measuresUpload: ofTrafficTypes('True when uploadNetworkTrafficInBytes means something in this stream.'),
    measuresDownload: ofTrafficTypes(
      'True when downloadNetworkTrafficInBytes means something in this stream.',
    ),
    rowsDateTime: showing(
      ['StreamRefresh.endDateTime'],
      dateTime('When the rows that the feed shows of this stream were fetched, in UTC.'),
    ),
    isStale: showing(
      ['StreamRefresh.status'],
      flag('True when the last refresh could not renew this stream: its last good rows are shown.'),
    ),
    staleReason: showing(['StreamRefresh.errorMessage'], text('Why the stream is stale.')),
    appCount: showing(
      ['StreamRefresh.servedRowCount'],
      int32('Apps in this stream in the main period.', { unit: 'apps' }),
    ),
  },
  navigation: {
    tenant: toOne('Tenants', { tenantId: 'id' }, { partner: 'streams', description: 'The tenant.' }),
    discoveredApps: toMany(
      'DiscoveredApps',
      { tenantId: 'tenantId', id: 'streamId' },
      { partner: 'stream', description: 'Usage that the stream saw, in the main period.' },
    ),
  },
});

/** One run of the poller for one tenant. */
export const Refresh = entityType('Refresh', {
  key: ['id'],
  description: 'One run of the poller for one tenant: when, how much, and how it ended.',
  properties: {
    id: showing(['Refresh.id', 'Refresh.startDateTime'], required(text('Id of the run.'))),
    tenantId: required(text('Directory (tenant) ID.')),
    trigger: required(text('Why the run began: start, schedule or command.')),
    status: showing(
      ['StreamRefresh.status'],
      required(text('running, succeeded, partial (some streams kept older rows) or failed.')),
    ),
    startDateTime: required(dateTime('When the run began, in UTC.')),
    endDateTime: dateTime('When the run ended, in UTC. Empty while it runs.'),
    durationSeconds: showing(
      ['Refresh.startDateTime', 'Refresh.endDateTime'],
      int32('Length of the run.', { unit: 'seconds' }),
    ),
    streamCount: int32('Streams that upstream listed.', { unit: 'streams' }),
    pageCount: showing(['StreamRefresh.pageCount'], int32('Pages that were read.', { unit: 'pages' })),
    rowCount: showing(['StreamRefresh.rowCount'], int64('Rows that were read.', { unit: 'rows' })),
    rejectedRowCount: showing(
      ['StreamRefresh.rejectedRowCount'],
      int64('Rows that were put aside because they broke the contract.', { unit: 'rows' }),
    ),
    retryCount: showing(
      ['StreamRefresh.retryCount'],
      int32('Requests that were repeated after a refusal or a failure.', { unit: 'requests' }),
    ),
    errorCode: showing(
      ['StreamRefresh.errorCode'],
      text('Code of the error that ended the run; docs/errors.md lists them.'),
    ),
    errorMessage: showing(['StreamRefresh.errorMessage'], text('What went wrong.')),
    errorHint: showing(['StreamRefresh.errorCode'], text('What to do about it.')),
    schemaDrift: text(
      'What upstream sent that this version has not heard of: new properties and enum members.',
    ),
    nextRefreshDateTime: dateTime('When the next run is due, in UTC.'),
  },
  navigation: {
    tenant: toOne('Tenants', { tenantId: 'id' }, { partner: 'refreshes', description: 'The tenant.' }),
    streamRefreshes: toMany(
      'StreamRefreshes',
      { id: 'refreshId' },
      { partner: 'refresh', description: 'The run, a row per stream and period.' },
    ),
  },
});

/** One stream and period of one run. */
export const StreamRefresh = entityType('StreamRefresh', {
  key: ['refreshId', 'tenantId', 'streamId', 'period'],
  description: 'What one run of the poller did with one stream and period.',
  properties: {
    refreshId: showing(['Refresh.id', 'Refresh.startDateTime'], required(text('Id of the run.'))),
    tenantId: required(text('Directory (tenant) ID.')),
    streamId: required(text('Stream id.')),
    period: required(text('Period that was read: P7D, P30D or P90D.')),
    streamName: showing(['Stream.displayName'], text('Name of the stream.')),
    status: required(
      text(
        'renewed, heldBack (too few rows, or the stream is missing: older rows stay), failed (older rows stay) or retired.',
      ),
    ),
    startDateTime: required(dateTime('When reading began, in UTC.')),
    endDateTime: dateTime('When reading ended, in UTC.'),
    pageCount: required(int32('Pages that were read.', { unit: 'pages' })),
    rowCount: required(int64('Rows that were read, duplicates left out.', { unit: 'rows' })),
    duplicateRowCount: required(int64('Rows that upstream sent more than once.', { unit: 'rows' })),
    rejectedRowCount: required(
      int64('Rows that were put aside because they broke the contract.', { unit: 'rows' }),
    ),
    servedRowCount: int64('Rows that the feed shows of this stream and period after the run.', {
      unit: 'rows',
    }),
    retryCount: required(int32('Requests that were repeated.', { unit: 'requests' })),
    errorCode: text('Code of the error, if any; docs/errors.md lists them.'),
    errorMessage: text('What went wrong.'),
    warning: text('What to know about the rows, for example that the Global report could not be told.'),
  },
  navigation: {
    refresh: toOne('Refreshes', { refreshId: 'id' }, { partner: 'streamRefreshes', description: 'The run.' }),
    stream: toOne('Streams', { tenantId: 'tenantId', streamId: 'id' }, { description: 'The stream.' }),
  },
});

/** A row of Tenants. */
export type TenantRow = RowOf<typeof Tenant>;
/** A row of Streams. */
export type StreamRow = RowOf<typeof Stream>;
/** A row of Refreshes. */
export type RefreshRow = RowOf<typeof Refresh>;
/** A row of StreamRefreshes. */
export type StreamRefreshRow = RowOf<typeof StreamRefresh>;
