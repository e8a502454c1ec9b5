/** Raw rows of Graph to typed ones: both spellings of the traffic fields, open enums, unmeasured counts null. Pure. */
import { RawRow } from './raw-row.js';
import type { Count, Measures, Normalised, UpstreamApp, UpstreamStream } from './upstream.js';

const ENDPOINT_PROVIDER = 'microsoftDefenderForEndpoint';
const LARGEST_INT32 = 2 ** 31 - 1;
const SAFEST_SCORE = 10;

/** One raw row of `uploadedStreams`. */
export function normaliseStream(raw: unknown): Normalised<UpstreamStream> {
  if (!isObject(raw)) return { rejected: 'a stream that is no object', drift: [] };
  const row = new RawRow(raw, 'cloudAppDiscoveryReport');
  const id = row.id();
  if (id === undefined) return { rejected: 'a stream without a usable id', drift: row.drift };
  row.require('displayName', 'supportedEntityTypes', 'supportedTrafficTypes');
  const stream = {
    id,
    displayName: row.text('displayName'),
    description: row.text('description'),
    createdDateTime: row.moment('createdDateTime'),
    lastModifiedDateTime: row.moment('lastModifiedDateTime'),
    lastDataReceivedDateTime: row.moment('lastDataReceivedDateTime'),
    isSnapshotReport: row.flag('isSnapshotReport'),
    anonymizeUserData: row.flag('anonymizeUserData'),
    anonymizeMachineData: row.flag('anonymizeMachineData'),
    logDataProvider: row.member('logDataProvider', 'logDataProvider'),
    logFileCount: row.integer('logFileCount', LARGEST_INT32),
    receiverProtocol: row.member('receiverProtocol', 'receiverProtocol'),
    supportedEntityTypes: row.members('supportedEntityTypes', 'entityType'),
    supportedTrafficTypes: row.members('supportedTrafficTypes', 'trafficType'),
  };
  return { row: { ...stream, measures: measuresOf(stream, row) }, drift: row.drift };
}

/** One raw row of `aggregatedAppsDetails` in a stream that measures `measures`. */
export function normaliseApp(raw: unknown, measures: Measures): Normalised<UpstreamApp> {
  if (!isObject(raw)) return { rejected: 'an app that is no object', drift: [] };
  const row = new RawRow(raw, 'discoveredCloudAppDetail');
  const id = row.id();
  if (id === undefined) return { rejected: 'an app without a usable id', drift: row.drift };
  row.require('displayName', 'category', 'transactionCount');
  const measuresDevices = row.isOfType('endpointDiscoveredCloudAppDetail') || measures.devices;
  return {
    row: {
      id,
      displayName: row.text('displayName'),
      description: row.text('description'),
      category: row.member('category', 'appCategory'),
      riskScore: row.integer('riskScore', SAFEST_SCORE),
      tags: row.texts('tags'),
      domains: row.texts('domains'),
      userCount: measured(row, measures.users, 'userCount'),
      deviceCount: measured(row, measuresDevices, 'deviceCount'),
      ipAddressCount: measured(row, measures.ipAddresses, 'ipAddressCount'),
      transactionCount: row.count('transactionCount'),
      uploadNetworkTrafficInBytes: measured(row, measures.upload, ...UPLOAD_SPELLINGS),
      downloadNetworkTrafficInBytes: measured(row, measures.download, ...DOWNLOAD_SPELLINGS),
      firstSeenDateTime: row.moment('firstSeenDateTime'),
      lastSeenDateTime: row.moment('lastSeenDateTime'),
    },
    drift: row.drift,
  };
}

/** As documented, and as the 2023 preview spelled it. */
const UPLOAD_SPELLINGS = ['uploadNetworkTrafficInBytes', 'uploadNetworkTraficInBytes'] as const;
const DOWNLOAD_SPELLINGS = ['downloadNetworkTrafficInBytes', 'downloadNetworkTraficInBytes'] as const;

/** Upstream sends 0 for what it does not measure: here that is null. */
function measured(row: RawRow, isMeasured: boolean | null, name: string, otherSpelling?: string): Count {
  const spelling = otherSpelling !== undefined && !row.has(name) ? otherSpelling : name;
  const count = row.count(spelling);
  if (isMeasured === true || count === null) return count;
  if (isMeasured === null) return count > 0 ? count : null;
  if (count > 0) row.reportProperty('unmeasured, yet above 0:', name);
  return null;
}

type Supported = Pick<UpstreamStream, 'logDataProvider' | 'supportedEntityTypes' | 'supportedTrafficTypes'>;

function measuresOf(stream: Supported, row: RawRow): Measures {
  const { logDataProvider, supportedEntityTypes: entities, supportedTrafficTypes: traffic } = stream;
  const saysEntities = row.hasList('supportedEntityTypes');
  const saysTraffic = row.hasList('supportedTrafficTypes');
  const entity = (member: string) => measures(saysEntities, entities, member);
  const bytes = (member: string) => measures(saysTraffic, traffic, member);
  return {
    users: entity('userName'),
    devices: row.has('logDataProvider') ? logDataProvider === ENDPOINT_PROVIDER : entity('machineName'),
    ipAddresses: entity('ipAddress'),
    upload: bytes('uploadedBytes'),
    download: bytes('downloadedBytes'),
  };
}

/** Without the list everything counts as measured; a list of unknown members tells nothing, an empty one tells "none". */
function measures(isSaid: boolean, list: readonly string[], member: string): boolean | null {
  if (!isSaid || list.includes(member)) return true;
  return list.length > 0 && list.every((other) => other.startsWith('unknown')) ? null : false;
}

function isObject(raw: unknown): raw is object {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}
