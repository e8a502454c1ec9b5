import type { Settings } from './config/settings.js';
import type { RefreshSettings } from './refresh/run.js';

/** The settings that shape a run. */
export function refreshSettings(settings: Settings): RefreshSettings {
  return {
    mainPeriod: settings.mainPeriod,
    periods: settings.periods,
    riskBands: { highMax: settings.riskHighMax, mediumMax: settings.riskMediumMax },
    globalReport: { streamIds: settings.globalReportStreamIds, name: settings.globalReportName },
  };
}
