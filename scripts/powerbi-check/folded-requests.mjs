/**
 * What Power Query asks of the feed for each query, worked out by hand from the M (Table.SelectColumns folds to
 * $select, and the client adds the keys that were left out; renaming, types and moments do not fold). The check reads the
 * columns of each query again, so that a row here cannot go stale, and replays all of them against a running feed.
 */

/** Full loads: the queries that fold to the same request, and that request below the service root. */
export const FOLDED_REQUESTS = [
  {
    queries: ['AppCategories.pq', 'table Category'],
    request: 'AppCategories?$select=id,displayName,isKnown',
  },
  {
    queries: ['AppDomains.pq'],
    request: 'AppDomains?$select=tenantId,appId,domain,appKey',
  },
  {
    queries: ['AppTags.pq'],
    request: 'AppTags?$select=tenantId,appId,tag,appKey',
  },
  {
    queries: ['Apps.pq', 'table App'],
    request:
      'Apps?$select=tenantId,id,appKey,displayName,description,category,categoryName,riskScore,riskLevel,domainsText,tagsText,isSanctioned,isUnsanctioned',
  },
  {
    queries: ['Dates.pq', 'table Date'],
    request:
      'Dates?$select=dateKey,date,year,quarter,month,monthName,yearMonth,day,dayOfWeek,dayName,isoYear,isoWeek,isWeekend,isLastDayOfWeek,isLastDayOfMonth,isLastDayOfQuarter,isLastDayOfYear',
  },
  {
    queries: ['DiscoveredApps.pq', 'DiscoveredApps.xlsx'],
    request:
      'DiscoveredApps?$select=tenantId,streamId,id,displayName,description,category,categoryName,riskScore,riskLevel,domainsText,tagsText,isSanctioned,isUnsanctioned,userCount,deviceCount,ipAddressCount,transactionCount,uploadNetworkTrafficInBytes,downloadNetworkTrafficInBytes,totalNetworkTrafficInBytes,firstSeenDateTime,lastSeenDateTime,firstSeenDateKey,lastSeenDateKey,isGlobalReport,streamName,appKey,streamKey',
  },
  {
    queries: ['DiscoveredAppsByPeriod.pq'],
    request:
      'DiscoveredAppsByPeriod?$select=tenantId,streamId,period,id,periodDays,displayName,description,category,categoryName,riskScore,riskLevel,domainsText,tagsText,isSanctioned,isUnsanctioned,userCount,deviceCount,ipAddressCount,transactionCount,uploadNetworkTrafficInBytes,downloadNetworkTrafficInBytes,totalNetworkTrafficInBytes,firstSeenDateTime,lastSeenDateTime,firstSeenDateKey,lastSeenDateKey,isGlobalReport,streamName,appKey,streamKey',
  },
  {
    queries: ['Refreshes.pq', 'table Refresh'],
    request:
      'Refreshes?$select=id,tenantId,trigger,status,startDateTime,endDateTime,durationSeconds,streamCount,pageCount,rowCount,rejectedRowCount,retryCount,errorCode,errorMessage,errorHint,schemaDrift,nextRefreshDateTime',
  },
  {
    queries: ['RiskLevels.pq', 'table Risk level'],
    request: 'RiskLevels?$select=id,displayName,minRiskScore,maxRiskScore,sortOrder',
  },
  {
    queries: ['StreamRefreshes.pq', 'table Stream refresh'],
    request:
      'StreamRefreshes?$select=refreshId,tenantId,streamId,period,streamName,status,startDateTime,endDateTime,pageCount,rowCount,duplicateRowCount,rejectedRowCount,servedRowCount,retryCount,errorCode,errorMessage,warning',
  },
  {
    queries: ['Streams.pq', 'table Stream'],
    request:
      'Streams?$select=tenantId,id,streamKey,displayName,description,logDataProvider,isGlobalReport,isSnapshotReport,anonymizeUserData,anonymizeMachineData,receiverProtocol,logFileCount,createdDateTime,lastModifiedDateTime,lastDataReceivedDateTime,supportedEntityTypesText,supportedTrafficTypesText,measuresUsers,measuresDevices,measuresIPAddresses,measuresUpload,measuresDownload,rowsDateTime,isStale,staleReason,appCount',
  },
  {
    queries: ['Tenants.pq', 'table Tenant'],
    request:
      'Tenants?$select=id,displayName,isSample,lastRefreshDateTime,lastSuccessfulRefreshDateTime,lastRefreshStatus,nextRefreshDateTime,streamCount,appCount',
  },
  {
    queries: ['table App domain'],
    request: 'AppDomains?$select=domain,appKey,tenantId,appId',
  },
  {
    queries: ['table App tag'],
    request: 'AppTags?$select=tag,appKey,tenantId,appId',
  },
  {
    queries: ['table App usage by period'],
    request:
      'DiscoveredAppsByPeriod?$select=period,periodDays,category,riskLevel,userCount,deviceCount,ipAddressCount,transactionCount,uploadNetworkTrafficInBytes,downloadNetworkTrafficInBytes,totalNetworkTrafficInBytes,isGlobalReport,appKey,streamKey,tenantId,streamId,id',
  },
  {
    queries: ['table App usage'],
    request:
      'DiscoveredApps?$select=category,riskLevel,userCount,deviceCount,ipAddressCount,transactionCount,uploadNetworkTrafficInBytes,downloadNetworkTrafficInBytes,totalNetworkTrafficInBytes,firstSeenDateTime,lastSeenDateTime,firstSeenDateKey,lastSeenDateKey,isGlobalReport,appKey,streamKey,tenantId,streamId,id',
  },
];

/** What people add in the editor, with the request that it becomes. */
export const FURTHER_REQUESTS = [
  { step: 'the preview of the editor', request: 'DiscoveredApps?$top=1000' },
  {
    step: 'Table.SelectRows(DiscoveredApps, each [isGlobalReport] <> true)',
    request: 'DiscoveredApps?$filter=isGlobalReport ne true',
  },
  {
    step: 'Table.SelectRows(DiscoveredApps, each [riskScore] <= 3 and [userCount] <> null)',
    request: 'DiscoveredApps?$filter=riskScore le 3 and userCount ne null',
  },
  {
    step: 'Table.SelectRows(DiscoveredApps, each [lastSeenDateTime] >= DateTimeZone.From(RangeStart) and [lastSeenDateTime] < DateTimeZone.From(RangeEnd))',
    request:
      'DiscoveredApps?$filter=lastSeenDateTime ge 2020-01-01T00:00:00Z and lastSeenDateTime lt 2099-01-01T00:00:00Z',
  },
  {
    step: 'Table.SelectRows(DiscoveredAppsByPeriod, each [period] = "P7D")',
    request: "DiscoveredAppsByPeriod?$filter=period eq 'P7D'",
  },
  {
    step: 'Table.SelectRows(Apps, each Text.Contains([displayName], "a"))',
    request: "Apps?$filter=contains(displayName, 'a')",
  },
  {
    step: 'Table.FirstN(Table.Sort(DiscoveredApps, {{"uploadNetworkTrafficInBytes", Order.Descending}}), 10)',
    request: 'DiscoveredApps?$orderby=uploadNetworkTrafficInBytes desc&$top=10',
  },
  { step: 'Table.RowCount(DiscoveredApps)', request: 'DiscoveredApps/$count' },
  { step: 'Table.Skip(Apps, 10)', request: 'Apps?$skip=10' },
];
