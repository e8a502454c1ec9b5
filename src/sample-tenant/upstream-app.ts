/** The shapes that Microsoft Graph sends, as plain objects: what a test compares the product's rows with. */

/** An Edm.Int64: a number while it is a safe integer, a bigint beyond 2^53−1. */
export type Int64 = number | bigint;

/** Reporting periods that aggregatedAppsDetails accepts, as ISO 8601 durations. */
export const PERIODS = ['P7D', 'P30D', 'P90D'] as const;

/** One of {@link PERIODS}. */
export type Period = (typeof PERIODS)[number];

/** Days of a period. */
export const PERIOD_DAYS: Readonly<Record<Period, number>> = { P7D: 7, P30D: 30, P90D: 90 };

/**
 * How a row looks on the wire: as documented, with the traffic fields of the 2023 preview
 * (`uploadNetworkTraficInBytes`, one f), or with a property that no documentation names.
 */
export type WireForm = 'documented' | 'preview2023' | 'unknownProperty';

/**
 * Usage of one app in one stream and period: microsoft.graph.security.discoveredCloudAppDetail. An absent property is
 * absent in the JSON too; a count that the stream does not measure is 0 here, as upstream sends it.
 */
export interface UpstreamApp {
  /** Only on rows of the endpoint stream. */
  readonly '@odata.type'?: '#microsoft.graph.security.endpointDiscoveredCloudAppDetail';
  /** Decimal digits. */
  readonly id: string;
  readonly displayName: string;
  readonly description?: string | null;
  /** The real member; without `Prefer: include-unknown-enum-members` the newest are sent as unknownFutureValue. */
  readonly category: string;
  /** 0 … 10, 10 = safest. */
  readonly riskScore: number | null;
  readonly tags: readonly string[];
  readonly domains?: readonly string[] | null;
  readonly userCount: Int64;
  readonly ipAddressCount: Int64;
  readonly transactionCount: Int64;
  /** Bytes. */
  readonly uploadNetworkTrafficInBytes: Int64;
  /** Bytes. */
  readonly downloadNetworkTrafficInBytes: Int64;
  /** ISO 8601, UTC. */
  readonly firstSeenDateTime?: string;
  /** ISO 8601, UTC; day precision but for odd rows. */
  readonly lastSeenDateTime?: string | null;
  /** Only on rows of the endpoint stream. */
  readonly deviceCount?: Int64;
}

/** A row and its wire form; the form is no data, so it stands beside the row. */
export interface WireRow {
  readonly app: UpstreamApp;
  readonly form: WireForm;
}

/** A stream: microsoft.graph.security.cloudAppDiscoveryReport, exactly as sent. */
export interface UpstreamStream {
  readonly id: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly createdDateTime: string;
  readonly lastModifiedDateTime: string;
  readonly lastDataReceivedDateTime: string | null;
  readonly isSnapshotReport: boolean;
  readonly anonymizeUserData: boolean;
  readonly anonymizeMachineData: boolean;
  /** null for the Global report, which has no log of its own. */
  readonly logDataProvider: string | null;
  readonly logFileCount: number | null;
  readonly receiverProtocol: string | null;
  /** Of userName, ipAddress, machineName, other: what the stream can count. */
  readonly supportedEntityTypes: readonly string[];
  /** Of uploadedBytes, downloadedBytes: which traffic the stream measures. */
  readonly supportedTrafficTypes: readonly string[];
}
