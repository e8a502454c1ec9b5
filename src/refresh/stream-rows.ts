/** Rows of Streams: what each stream measures, and how fresh the rows are that the feed shows of it. */
import type { UpstreamStream } from '../graph/upstream.js';
import type { StreamRow } from '../model/tenant.js';
import { reasonOfAbsence } from './read-streams.js';
import { globalReportOf } from './renew-usage.js';
import { iso } from './run-report.js';
import { rowsOf, type Run } from './run.js';

/** The rows in key order: the listed streams, and those that are absent but not yet retired (stale). */
export async function streamRows(run: Run): Promise<StreamRow[]> {
  const before = new Map<string, StreamRow>();
  for await (const row of run.draft.rows('Streams', run.tenant.tenantId)) {
    const stream = row as unknown as StreamRow;
    before.set(stream.id, stream);
  }
  const listed = run.streams.map((stream) => listedRow(run, stream, before.get(stream.id)));
  const listingFailed = run.report.streamCount === null && run.report.status !== 'running';
  const others = [...before.values()]
    .filter((row) => listingFailed || row.id in run.absent)
    .map((row) => staleRow(run, row));
  return [...listed, ...others].sort((left, right) => (left.id < right.id ? -1 : 1));
}

function listedRow(run: Run, stream: UpstreamStream, before: StreamRow | undefined): StreamRow {
  const { tenantId } = run.tenant;
  const { mainPeriod } = run.deps.settings;
  const parts = run.report.parts.filter((part) => part.streamId === stream.id);
  const main = parts.find((part) => part.period === mainPeriod && part.status === 'renewed');
  const broken = parts.find((part) => part.status !== 'renewed');
  const unread = run.report.status !== 'running' && parts.length < run.deps.settings.periods.length;
  const { measures, ...described } = stream;
  return {
    tenantId,
    id: stream.id,
    streamKey: `${tenantId}:${stream.id}`,
    ...describedColumns(described),
    isGlobalReport: globalReportOf(run, stream),
    measuresUsers: measures.users,
    measuresDevices: measures.devices,
    measuresIPAddresses: measures.ipAddresses,
    measuresUpload: measures.upload,
    measuresDownload: measures.download,
    rowsDateTime: main === undefined ? (before?.rowsDateTime ?? null) : iso(main.endedAt),
    isStale: broken !== undefined || unread,
    staleReason: broken?.error?.message ?? (unread ? (run.report.firstError?.message ?? null) : null),
    appCount: main?.served ?? rowsOf(run, stream.id, mainPeriod) ?? null,
  };
}

type Described = Omit<UpstreamStream, 'measures'>;

function describedColumns(stream: Described) {
  const {
    displayName,
    description,
    logDataProvider,
    isSnapshotReport,
    anonymizeUserData,
    anonymizeMachineData,
  } = stream;
  const { receiverProtocol, logFileCount, createdDateTime, lastModifiedDateTime, lastDataReceivedDateTime } =
    stream;
  const { supportedEntityTypes, supportedTrafficTypes } = stream;
  return {
    ...{
      displayName,
      description,
      logDataProvider,
      isSnapshotReport,
      anonymizeUserData,
      anonymizeMachineData,
    },
    ...{ receiverProtocol, logFileCount, createdDateTime, lastModifiedDateTime, lastDataReceivedDateTime },
    supportedEntityTypes,
    supportedEntityTypesText: supportedEntityTypes.join('; '),
    supportedTrafficTypes,
    supportedTrafficTypesText: supportedTrafficTypes.join('; '),
  };
}

function staleRow(run: Run, row: StreamRow): StreamRow {
  const listings = run.absent[row.id];
  const reason =
    listings === undefined
      ? (run.report.firstError?.message ?? 'The streams could not be listed.')
      : reasonOfAbsence(listings);
  return { ...row, isStale: true, staleReason: reason };
}
