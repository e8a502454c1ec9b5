/** The streams of the sample tenant: what their sources can count is what makes a 0 mean "not measured". */
import { guidOf, hexOf } from './random.js';
import type { UpstreamStream } from './upstream-app.js';

/** A stream and how it comes by its rows. */
export interface StreamPlan {
  readonly kind: 'endpoint' | 'log' | 'global';
  readonly stream: UpstreamStream;
  /**
   * Beyond the everyday apps this source sees those whose lot (a number in [0, 1) that each app has) lies from the first
   * number up to the second: overlapping ranges, so that every app is in the endpoint stream or behind the firewall.
   */
  readonly sees: readonly [from: number, to: number];
}

type StreamShape = Pick<
  UpstreamStream,
  'displayName' | 'logDataProvider' | 'receiverProtocol' | 'supportedEntityTypes' | 'supportedTrafficTypes'
> & {
  readonly kind: StreamPlan['kind'];
  readonly sees: StreamPlan['sees'];
  readonly is?: 'snapshot' | 'anonymous';
};

const BOTH_WAYS = ['uploadedBytes', 'downloadedBytes'] as const;

const SHAPES: readonly StreamShape[] = [
  {
    kind: 'endpoint',
    sees: [0, 0.75],
    displayName: 'Defender - managed endpoints',
    logDataProvider: 'microsoftDefenderForEndpoint',
    receiverProtocol: null,
    supportedEntityTypes: ['userName', 'ipAddress', 'machineName'],
    supportedTrafficTypes: BOTH_WAYS,
  },
  {
    kind: 'log',
    sees: [0.35, 1],
    displayName: 'Palo Alto - headquarters firewall',
    logDataProvider: 'paloAlto',
    receiverProtocol: 'syslogTls',
    supportedEntityTypes: ['userName', 'ipAddress'],
    supportedTrafficTypes: BOTH_WAYS,
  },
  {
    kind: 'global',
    sees: [0, 1],
    displayName: 'Global report',
    logDataProvider: null,
    receiverProtocol: null,
    supportedEntityTypes: ['userName', 'ipAddress'],
    supportedTrafficTypes: BOTH_WAYS,
  },
  {
    kind: 'log',
    sees: [0.3, 0.8],
    displayName: 'Squid - branch offices (no uploads, no users)',
    logDataProvider: 'squid',
    receiverProtocol: 'ftps',
    supportedEntityTypes: ['ipAddress'],
    supportedTrafficTypes: ['downloadedBytes'],
  },
  {
    kind: 'log',
    sees: [0.5, 0.9],
    displayName: 'Zscaler - Lyon, "anonymous" & été',
    logDataProvider: 'zscaler',
    receiverProtocol: 'syslogTcp',
    supportedEntityTypes: ['userName', 'other'],
    supportedTrafficTypes: BOTH_WAYS,
    is: 'anonymous',
  },
  {
    kind: 'log',
    sees: [0.8, 1],
    displayName: 'Cisco ASA - audit snapshot',
    logDataProvider: 'ciscoAsa',
    receiverProtocol: null,
    supportedEntityTypes: ['ipAddress'],
    supportedTrafficTypes: ['unknown'],
    is: 'snapshot',
  },
];

/** How many streams a sample tenant can have. */
export const MOST_STREAMS = SHAPES.length;

/** Both kinds of id that real tenants have: 24 hex digits and GUIDs. */
function streamId(tenantId: string, place: number): string {
  const text = `${tenantId}/stream/${place}`;
  return place % 4 === 3 ? guidOf(text) : hexOf(text, 24);
}

/** The first `count` streams (0 … 6) of a tenant as they stand at noon of the day that the data is "as of". */
export function streamPlans(tenantId: string, count: number, dayText: string): StreamPlan[] {
  return SHAPES.slice(0, count).map(({ kind, sees, is, ...shape }, place) => ({
    kind,
    sees,
    stream: {
      id: streamId(tenantId, place),
      ...shape,
      description: place % 2 === 0 ? null : `Sample log source ${place}`,
      createdDateTime: `2023-0${place + 1}-15T08:30:00Z`,
      lastModifiedDateTime: `${is === 'snapshot' ? '2024-05-02' : dayText}T06:15:00.1234567Z`,
      lastDataReceivedDateTime: is === 'snapshot' ? null : `${dayText}T06:00:00Z`,
      isSnapshotReport: is === 'snapshot',
      anonymizeUserData: is === 'anonymous',
      anonymizeMachineData: false,
      logFileCount: kind === 'log' ? 40 + place : null,
    },
  }));
}
