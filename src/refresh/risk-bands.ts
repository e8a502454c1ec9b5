import type { RiskLevelRow } from '../model/app.js';

/** Upper bounds of the risk bands; whatever lies above `mediumMax` is low risk. Scores run from 0 (risky) to 10 (safe). */
export interface RiskBands {
  readonly highMax: number;
  readonly mediumMax: number;
}

/** Band of a score: high, medium or low; null for an app without a score. */
export function riskLevel(riskScore: number | null, bands: RiskBands): string | null {
  if (riskScore === null) return null;
  if (riskScore <= bands.highMax) return 'high';
  return riskScore <= bands.mediumMax ? 'medium' : 'low';
}

/** Rows of RiskLevels, in key order. */
export function riskLevelRows({ highMax, mediumMax }: RiskBands): RiskLevelRow[] {
  return [
    { id: 'high', displayName: 'High risk', minRiskScore: 0, maxRiskScore: highMax, sortOrder: 1 },
    { id: 'low', displayName: 'Low risk', minRiskScore: mediumMax + 1, maxRiskScore: 10, sortOrder: 3 },
    {
      id: 'medium',
      displayName: 'Medium risk',
      minRiskScore: highMax + 1,
      maxRiskScore: mediumMax,
      sortOrder: 2,
    },
  ];
}
