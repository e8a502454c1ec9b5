/** What the poller remembers from one run to the next: what was held back, what was absent, when all was well. */
import type { PollerState } from '../model/generation.js';
import { iso } from './run-report.js';
import { rowSettingsOf, type Run } from './run.js';

/** The state that a run leaves in its generation. */
export function pollerStateAfter(run: Run): PollerState {
  const { draft, tenant, report, absent } = run;
  const before = draft.base?.poller;
  const heldBack: Record<string, number> = { ...before?.heldBack };
  for (const part of report.parts) {
    const name = `${tenant.tenantId}|${part.streamId}|${part.period}`;
    if (part.streamId in absent) continue;
    if (part.status === 'heldBack') heldBack[name] = (before?.heldBack[name] ?? 0) + 1;
    else if (part.status !== 'failed') heldBack[name] = 0;
  }
  const others = Object.entries(before?.absent ?? {}).filter(
    ([key]) => !key.startsWith(`${tenant.tenantId}|`),
  );
  const mine = Object.entries(absent)
    .filter(([, listings]) => listings > 0)
    .map(([streamId, listings]) => [`${tenant.tenantId}|${streamId}`, listings] as const);
  return {
    heldBack: Object.fromEntries(Object.entries(heldBack).filter(([, polls]) => polls > 0)),
    absent: Object.fromEntries(
      report.streamCount === null ? Object.entries(before?.absent ?? {}) : [...others, ...mine],
    ),
    rowSettings: { ...before?.rowSettings, [tenant.tenantId]: rowSettingsOf(run.deps.settings) },
    lastSuccess: lastSuccess(run),
  };
}

/** Rows of older settings may be left after anything but success: then no earlier success counts any more. */
function lastSuccess({ draft, report, tenant, deps }: Run): PollerState['lastSuccess'] {
  const before = draft.base?.poller;
  if (report.status === 'succeeded') return { ...before?.lastSuccess, [tenant.tenantId]: iso(deps.now()) };
  if (before?.rowSettings[tenant.tenantId] === rowSettingsOf(deps.settings)) return before.lastSuccess;
  const others = Object.entries(before?.lastSuccess ?? {}).filter(([id]) => id !== tenant.tenantId);
  return Object.fromEntries(others);
}
