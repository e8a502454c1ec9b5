import type { FoldedRequest } from './replay.mjs';

export const FOLDED_REQUESTS: readonly FoldedRequest[];
export const FURTHER_REQUESTS: readonly { readonly step: string; readonly request: string }[];
