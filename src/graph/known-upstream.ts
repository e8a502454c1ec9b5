/**
 * What upstream is known to send: properties and enum members of namespace microsoft.graph.security (beta), after the
 * CSDL in github.com/microsoftgraph/msgraph-metadata (schemas/beta-Prod.csdl, 2026-07-31). Anything else is reported as
 * drift, never refused: Graph's enums grow (`unknownFutureValue` stands for what is to come).
 */

/** Entity types that are read. */
export type UpstreamType = 'cloudAppDiscoveryReport' | 'discoveredCloudAppDetail';

/** Properties and navigation properties by entity type. */
export const KNOWN_PROPERTIES: Readonly<Record<UpstreamType, ReadonlySet<string>>> = {
  cloudAppDiscoveryReport: new Set([
    'id',
    'displayName',
    'description',
    'createdDateTime',
    'lastModifiedDateTime',
    'lastDataReceivedDateTime',
    'isSnapshotReport',
    'anonymizeUserData',
    'anonymizeMachineData',
    'logDataProvider',
    'logFileCount',
    'receiverProtocol',
    'supportedEntityTypes',
    'supportedTrafficTypes',
  ]),
  discoveredCloudAppDetail: new Set([
    'id',
    'displayName',
    'description',
    'category',
    'riskScore',
    'tags',
    'domains',
    'userCount',
    'ipAddressCount',
    'transactionCount',
    'uploadNetworkTrafficInBytes',
    'downloadNetworkTrafficInBytes',
    'firstSeenDateTime',
    'lastSeenDateTime',
    // endpointDiscoveredCloudAppDetail only
    'deviceCount',
    // the 2023 preview's spelling, and a property of its first draft
    'uploadNetworkTraficInBytes',
    'downloadNetworkTraficInBytes',
    'totalNetworkTrafficInBytes',
    // navigation
    'appInfo',
    'users',
    'ipAddresses',
    'devices',
  ]),
};

/** Types that `@odata.type` may name, without `#microsoft.graph.security.`. */
export const KNOWN_TYPES: ReadonlySet<string> = new Set([
  'cloudAppDiscoveryReport',
  'discoveredCloudAppDetail',
  'endpointDiscoveredCloudAppDetail',
]);

/** Enums that are read. */
export type UpstreamEnum =
  'appCategory' | 'logDataProvider' | 'receiverProtocol' | 'entityType' | 'trafficType';

/** Members by enum. */
export const KNOWN_MEMBERS: Readonly<Record<UpstreamEnum, ReadonlySet<string>>> = {
  appCategory: members(`
    security collaboration hostingServices onlineMeetings newsAndEntertainment eCommerce education
    cloudStorage marketing operationsManagement health advertising productivity accountingAndFinance
    contentManagement contentSharing businessManagement communications dataAnalytics businessIntelligence
    webemail codeHosting webAnalytics socialNetwork crm forums humanResourceManagement
    transportationAndTravel productDesign sales cloudComputingPlatform projectManagement
    personalInstantMessaging developmentTools itServices supplyChainAndLogistics propertyManagement
    customerSupport internetOfThings vendorManagementSystems websiteMonitoring generativeAi unknown
    unknownFutureValue aiModelProvider mcpServer clientAiApp`),
  logDataProvider: members(`
    barracuda bluecoat checkpoint ciscoAsa ciscoIronportProxy fortigate paloAlto squid zscaler mcafeeSwg
    ciscoScanSafe juniperSrx sophosSg websenseV75 websenseSiemCef machineZoneMeraki squidNative ciscoFwsm
    microsoftIsaW3C sonicwall sophosCyberoam clavister customParser juniperSsg zscalerQradar juniperSrxSd
    juniperSrxWelf microsoftConditionalAppAccess ciscoAsaFirepower genericCef genericLeef genericW3C
    iFilter checkpointXml checkpointSmartViewTracker barracudaNextGenFw barracudaNextGenFwWeblog
    microsoftDefenderForEndpoint zscalerCef sophosXg iboss forcepoint fortios ciscoIronportWsaIi
    paloAltoLeef forcepointLeef stormshield contentkeeper ciscoIronportWsaIii checkpointCef corrata
    ciscoFirepowerV6 menloSecurityCef watchguardXtm openSystemsSecureWebGateway wandera unknownFutureValue`),
  receiverProtocol: members('ftp ftps syslogUdp syslogTcp syslogTls unknownFutureValue'),
  entityType: members('userName ipAddress machineName other unknown unknownFutureValue'),
  trafficType: members('downloadedBytes uploadedBytes unknown unknownFutureValue'),
};

function members(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/));
}
