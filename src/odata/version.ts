/**
 * Which version of OData an answer is written in.
 *
 * Spec: Protocol 4.01 sections 8.1.5 (OData-Version) and 8.2.7 (OData-MaxVersion). Deviation, on purpose: without
 * OData-MaxVersion the answer is 4.0 and not the highest version, because Power Query wants 4.0.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { FeedError } from '../errors.js';

/** Versions that the service speaks. */
export type ODataVersion = '4.0' | '4.01';

/**
 * 4.01 when OData-MaxVersion is 4.01 or higher, else 4.0. MaxDataServiceVersion (OData 3) is ignored.
 *
 * @throws FeedError PROTOCOL_VERSION when a header asks for a version below 4.0 or is malformed
 */
export function negotiateVersion(headers: IncomingHttpHeaders): ODataVersion {
  const own = headers['odata-version'];
  if (own !== undefined && own !== '4.0' && own !== '4.01') refuse('OData-Version', own);
  const max = headers['odata-maxversion'];
  if (max === undefined) return '4.0';
  if (typeof max !== 'string' || !/^\d{1,3}(\.\d{1,3})?$/.test(max.trim()))
    return refuse('OData-MaxVersion', max);
  const highest = Number(max);
  if (highest < 4) return refuse('OData-MaxVersion', max);
  return highest >= 4.01 ? '4.01' : '4.0';
}

function refuse(header: string, value: string | string[]): never {
  const asked = String(value).slice(0, 40);
  throw new FeedError('PROTOCOL_VERSION', `${header}: ${asked} cannot be met.`, { target: header });
}
