/** Writes rows as Graph does: byte by byte ours, because JSON.stringify knows no bigint and must not round one. */
import type { UpstreamApp, UpstreamStream, WireRow } from './upstream-app.js';

/** A JSON object as JSON texts by property name: what a fault can bend before it is sent. */
export type JsonFields = Readonly<Record<string, string>>;

/**
 * Members that are only sent to a client that says `Prefer: include-unknown-enum-members`
 * (https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations).
 */
const FUTURE_CATEGORIES = new Set(['aiModelProvider', 'mcpServer', 'clientAiApp', 'quantumApps']);

const PREVIEW_SPELLING: Readonly<Record<string, string>> = {
  uploadNetworkTrafficInBytes: 'uploadNetworkTraficInBytes',
  downloadNetworkTrafficInBytes: 'downloadNetworkTraficInBytes',
};

function jsonText(value: UpstreamApp[keyof UpstreamApp]): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}

/** One row's properties as JSON texts; Int64 exact, as bare numbers. */
export function rowFields({ app, form }: WireRow, includeUnknownMembers: boolean): JsonFields {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(app) as [keyof UpstreamApp, UpstreamApp[keyof UpstreamApp]][]) {
    if (value === undefined) continue;
    fields[form === 'preview2023' ? (PREVIEW_SPELLING[name] ?? name) : name] = jsonText(value);
  }
  if (!includeUnknownMembers && FUTURE_CATEGORIES.has(app.category)) fields.category = '"unknownFutureValue"';
  if (form === 'unknownProperty') fields.quantumReadiness = '{"level":9007199254740993,"notes":["new"]}';
  return fields;
}

/** A stream's properties as JSON texts. */
export function streamFields(stream: UpstreamStream): JsonFields {
  return Object.fromEntries(Object.entries(stream).map(([name, value]) => [name, JSON.stringify(value)]));
}

/** An object from its fields. */
export function objectText(fields: JsonFields): string {
  return `{${Object.entries(fields)
    .map(([name, text]) => `${JSON.stringify(name)}:${text}`)
    .join(',')}}`;
}

/** One page of a collection. */
export interface Page {
  readonly context: string;
  readonly rows: readonly JsonFields[];
  /** Absolute, or undefined on the last page. */
  readonly nextLink?: string | undefined;
}

/** The body of an answer with a collection. */
export function pageText({ context, rows, nextLink }: Page): string {
  const next = nextLink === undefined ? '' : `"@odata.nextLink":${JSON.stringify(nextLink)},`;
  return `{"@odata.context":${JSON.stringify(context)},${next}"value":[${rows.map(objectText).join(',')}]}`;
}
