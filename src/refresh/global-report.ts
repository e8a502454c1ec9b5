/** How a Global report is told from a log stream: upstream has no marker for it. */
export interface GlobalReportRule {
  /** Stream ids named by the setting GLOBAL_REPORT_STREAM_IDS; when any are named, they alone decide. */
  readonly streamIds: readonly string[];
  /** The documented default name of the Global report. */
  readonly name: string;
}

/**
 * True or false where it is known, null where it is not: no id is set and no stream of the tenant has the default name,
 * so any stream could be a renamed Global report, except the endpoint stream, which never is one.
 */
export function isGlobalReport(
  stream: {
    readonly id: string;
    readonly displayName: string | null;
    readonly logDataProvider: string | null;
  },
  rule: GlobalReportRule,
  tenantHasNamedReport: boolean,
): boolean | null {
  if (rule.streamIds.length > 0) return rule.streamIds.includes(stream.id);
  if (stream.displayName === rule.name) return true;
  if (tenantHasNamedReport || stream.logDataProvider === 'microsoftDefenderForEndpoint') return false;
  return null;
}
