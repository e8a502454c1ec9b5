import { describe, expect, it } from '@jest/globals';
import { CATEGORY_NAMES, categoryName } from '../../src/refresh/category-names.js';
import { isGlobalReport } from '../../src/refresh/global-report.js';
import { riskLevel, riskLevelRows } from '../../src/refresh/risk-bands.js';
import { isOverdue } from '../../src/refresh/schedule.js';
import { judge } from '../../src/refresh/validate.js';

describe('never replace good data with less', () => {
  it.each([
    { fresh: 100, lastGood: undefined, heldBack: 0, kind: 'renew', why: 'there is nothing to lose' },
    {
      fresh: 0,
      lastGood: undefined,
      heldBack: 0,
      kind: 'renew',
      why: 'an empty first poll is what there is',
    },
    { fresh: 0, lastGood: 0, heldBack: 0, kind: 'renew', why: 'it was empty before' },
    { fresh: 50, lastGood: 100, heldBack: 0, kind: 'renew', why: 'half is a real drop' },
    { fresh: 49, lastGood: 100, heldBack: 0, kind: 'holdBack', why: 'it is under half' },
    { fresh: 0, lastGood: 1, heldBack: 0, kind: 'holdBack', why: 'it came back empty' },
    { fresh: 0, lastGood: 100, heldBack: 1, kind: 'holdBack', why: 'only two polls agree' },
    { fresh: 0, lastGood: 100, heldBack: 2, kind: 'renew', why: 'three polls agree' },
    { fresh: 200, lastGood: 100, heldBack: 2, kind: 'renew', why: 'growth is never suspicious' },
  ])(
    '$fresh rows after $lastGood, held back $heldBack times: $kind, since $why',
    ({ fresh, lastGood, heldBack, kind }) => {
      expect(judge(fresh, lastGood, heldBack).kind).toBe(kind);
    },
  );

  it.each([
    { fresh: 99, rejected: 1, kind: 'holdBack', why: 'a row without an id is what is missing' },
    { fresh: 100, rejected: 1, kind: 'renew', why: 'nothing is missing' },
    { fresh: 99, rejected: 0, kind: 'renew', why: 'the drop is small and real' },
  ])('$fresh rows and $rejected put aside after 100: $kind, since $why', ({ fresh, rejected, kind }) => {
    expect(judge(fresh, 100, 0, rejected).kind).toBe(kind);
    expect(judge(fresh, 100, 2, rejected).kind).toBe('renew');
    expect(judge(fresh, undefined, 0, rejected).kind).toBe('renew');
  });

  it('says how many polls agree so far', () => {
    expect(judge(3, 100, 1)).toMatchObject({ heldBack: 2, reason: expect.stringContaining('(2 so far)') });
  });
});

describe('risk bands', () => {
  const bands = { highMax: 3, mediumMax: 7 };

  it.each([
    [null, null],
    [0, 'high'],
    [3, 'high'],
    [4, 'medium'],
    [7, 'medium'],
    [8, 'low'],
    [10, 'low'],
  ])('a score of %s is %s', (score, level) => {
    expect(riskLevel(score, bands)).toBe(level);
  });

  it('RiskLevels and riskLevel agree on every score, whatever the bounds', () => {
    for (const own of [bands, { highMax: 0, mediumMax: 1 }, { highMax: 4, mediumMax: 9 }]) {
      for (let score = 0; score <= 10; score += 1) {
        const row = riskLevelRows(own).find(
          ({ minRiskScore, maxRiskScore }) => score >= minRiskScore && score <= maxRiskScore,
        );
        expect(riskLevel(score, own)).toBe(row?.id);
      }
    }
  });
});

describe('the Global report', () => {
  const rule = { streamIds: [], name: 'Global report' };
  const stream = { id: 'a', displayName: 'Firewall', logDataProvider: 'paloAlto' };

  it.each([
    ['by a setting', stream, { ...rule, streamIds: ['a'] }, false, true],
    [
      'by a setting that names another',
      { ...stream, displayName: 'Global report' },
      { ...rule, streamIds: ['b'] },
      true,
      false,
    ],
    ['by its default name', { ...stream, displayName: 'Global report' }, rule, true, true],
    ['as another when one has the default name', stream, rule, true, false],
    [
      'never as the endpoint stream',
      { ...stream, logDataProvider: 'microsoftDefenderForEndpoint' },
      rule,
      false,
      false,
    ],
    ['not at all when it may have been renamed', stream, rule, false, null],
  ] as const)('is known %s', (...[_how, one, own, tenantHasNamedReport, expected]) => {
    expect(isGlobalReport(one, own, tenantHasNamedReport)).toBe(expected);
  });
});

describe('categories', () => {
  it.each([
    ['cloudStorage', 'Cloud storage'],
    ['crm', 'CRM'],
    ['quantumApps', 'Quantum apps'],
    ['someNew2Thing', 'Some new2 thing'],
    ['', ''],
  ])('%s reads %s', (id, name) => {
    expect(categoryName(id)).toBe(name);
  });

  it('gives every known id a name of its own', () => {
    expect(new Set(CATEGORY_NAMES.values()).size).toBe(CATEGORY_NAMES.size);
  });
});

describe('an overdue poll', () => {
  const now = new Date('2026-11-23T10:00:00Z');

  it.each([
    [
      'every 6 hours, last at 05:00: the slot of 06:00 was missed',
      '0 */6 * * *',
      '2026-11-23T05:00:00Z',
      true,
    ],
    ['every 6 hours, last at 06:01', '0 */6 * * *', '2026-11-23T06:01:00Z', false],
    ['every 6 hours, ended in the slot itself', '0 */6 * * *', '2026-11-23T06:00:00Z', false],
    ['every minute, last two minutes ago', '* * * * *', '2026-11-23T09:58:00Z', true],
    ['every second, last a second ago', '* * * * * *', '2026-11-23T09:59:58Z', true],
    ['yearly, last a month ago: too long to look further', '0 0 1 1 *', '2026-10-01T00:00:00Z', true],
    ['yearly, last a day ago', '0 0 1 1 *', '2026-11-22T10:00:00Z', false],
  ])('%s', (_case, cron, lastEnd, expected) => {
    expect(isOverdue(cron, 'UTC', new Date(lastEnd), now)).toBe(expected);
  });

  it('is due when there was none yet', () => {
    expect(isOverdue('0 0 1 1 *', 'UTC', undefined, now)).toBe(true);
  });
});
