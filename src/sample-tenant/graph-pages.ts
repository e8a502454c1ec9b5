/** Pages of 100 rows, in JSON only when asked for: a stream of 30,000 rows costs a page no more than one of 100. */
import type { PageView } from './bent-pages.js';
import { STREAMS_PATH, type Call } from './graph-address.js';
import { GraphError } from './graph-errors.js';
import type { SampleTenant } from './tenant.js';
import { PERIODS, type Period } from './upstream-app.js';
import { rowFields, streamFields, type JsonFields } from './upstream-json.js';

const PAGE_ROWS = 100;

/**
 * The page that a request asks for; `strike` counts a fault's strikes for the benders.
 *
 * @throws GraphError 404 for an unknown stream, 400 for an unknown period or resource.
 */
export function pageOf(tenant: SampleTenant, call: Call, strike: number): PageView {
  const { target, url, basePath } = call;
  const rows = rowsOf(tenant, call);
  const end = target.skip + PAGE_ROWS;
  const type = target.kind === 'usage' ? 'discoveredCloudAppDetail' : 'cloudAppDiscoveryReport';
  const usage = `/${target.streamId ?? ''}/aggregatedAppsDetails(period=duration'${target.period ?? ''}')`;
  const link = `${url.origin}${basePath}${STREAMS_PATH}${target.kind === 'usage' ? usage : ''}?$skip=${end}`;
  return {
    context: `${url.origin}${basePath}/$metadata#Collection(microsoft.graph.security.${type})`,
    rows: rows.slice(target.skip, end),
    nextLink: end < rows.total ? link : undefined,
    url: url.href,
    skip: target.skip,
    total: rows.total,
    before: rows.slice(Math.max(0, target.skip - 10), target.skip),
    strike,
  };
}

/** A collection that turns rows to JSON only when a page asks for them. */
interface LazyRows {
  readonly total: number;
  readonly slice: (start: number, end: number) => JsonFields[];
}

function rowsOf(tenant: SampleTenant, call: Call): LazyRows {
  const { target, path } = call;
  if (target.kind === 'other')
    throw new GraphError(400, 'BadRequest', `Resource not found for the segment '${path}'.`);
  if (target.kind === 'streams') {
    const { streams } = tenant;
    return { total: streams.length, slice: (start, end) => streams.slice(start, end).map(streamFields) };
  }
  const { streamId = '', period = '' } = target;
  if (!tenant.streams.some(({ id }) => id === streamId))
    throw new GraphError(404, 'NotFound', `No stream '${streamId}'.`);
  if (!isPeriod(period))
    throw new GraphError(400, 'BadRequest', `Period '${period}' is not one of ${PERIODS.join()}.`);
  const rows = tenant.wireRows(streamId, period);
  return {
    total: rows.length,
    slice: (start, end) => rows.slice(start, end).map((row) => rowFields(row, call.includeUnknownMembers)),
  };
}

function isPeriod(text: string): text is Period {
  return PERIODS.some((period) => period === text);
}
