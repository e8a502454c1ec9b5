/** Raw rows of Graph to typed ones. Pure. */
import type { Measures, Normalised, UpstreamApp, UpstreamStream } from './upstream.js';

/** One raw row of `uploadedStreams`. */
export function normaliseStream(_raw: unknown): Normalised<UpstreamStream> {
  return { rejected: 'not built yet', drift: [] };
}

/** One raw row of `aggregatedAppsDetails` in a stream that measures `measures`. */
export function normaliseApp(_raw: unknown, _measures: Measures): Normalised<UpstreamApp> {
  return { rejected: 'not built yet', drift: [] };
}
