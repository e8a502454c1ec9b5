/** Streams and apps as Graph reports them, after normalisation: typed, complete, unmeasured counts null. */

/** A count of any size: number when safe, bigint beyond 2^53; null when not measured or not sent. */
export type Count = number | bigint | null;

/**
 * Which counts mean something in a stream. Null when upstream says `unknown`: then a count above 0 is taken, and 0 is no
 * count. True when upstream does not list what it supports at all.
 */
export interface Measures {
  readonly users: boolean | null;
  readonly devices: boolean | null;
  readonly ipAddresses: boolean | null;
  readonly upload: boolean | null;
  readonly download: boolean | null;
}

/** One Cloud Discovery report (Graph: cloudAppDiscoveryReport). Moments are ISO 8601 texts in UTC. */
export interface UpstreamStream {
  /** Opaque. */
  readonly id: string;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly createdDateTime: string | null;
  readonly lastModifiedDateTime: string | null;
  readonly lastDataReceivedDateTime: string | null;
  readonly isSnapshotReport: boolean | null;
  readonly anonymizeUserData: boolean | null;
  readonly anonymizeMachineData: boolean | null;
  readonly logDataProvider: string | null;
  readonly logFileCount: number | null;
  readonly receiverProtocol: string | null;
  readonly supportedEntityTypes: readonly string[];
  readonly supportedTrafficTypes: readonly string[];
  readonly measures: Measures;
}

/** Usage of one app (Graph: discoveredCloudAppDetail, endpointDiscoveredCloudAppDetail). */
export interface UpstreamApp {
  readonly id: string;
  readonly displayName: string | null;
  readonly description: string | null;
  /** Open enum: a member that this version does not know stays as sent. */
  readonly category: string | null;
  /** 0 to 10, 10 is the safest. */
  readonly riskScore: number | null;
  readonly tags: readonly string[];
  readonly domains: readonly string[];
  readonly userCount: Count;
  readonly deviceCount: Count;
  readonly ipAddressCount: Count;
  readonly transactionCount: Count;
  readonly uploadNetworkTrafficInBytes: Count;
  readonly downloadNetworkTrafficInBytes: Count;
  readonly firstSeenDateTime: string | null;
  readonly lastSeenDateTime: string | null;
}

/**
 * A row that can be kept, or why it cannot (`rejected`). `drift` names what upstream sent that this version has not
 * heard of, or that breaks the contract: `property discoveredCloudAppDetail.newThing`. Drift repeats over rows.
 */
export type Normalised<T> =
  | { readonly row: T; readonly drift: readonly string[] }
  | { readonly rejected: string; readonly drift: readonly string[] };
