import { describe, expect, it } from '@jest/globals';
import { planned, read } from './reading.js';
import { snapshotOf, type PartialRow } from './tables.js';

const app = (id: string, more: PartialRow): PartialRow => ({ tenantId: 't', streamId: 's', id, ...more });
const snapshot = snapshotOf({
  DiscoveredApps: [
    app('1', { displayName: 'Google Drive', category: 'cloudStorage', tags: ['Sanctioned'] }),
    app('2', { displayName: 'ONEDRIVE', domains: ['onedrive.live.com', '*.sharepoint.com'] }),
    app('3', { displayName: 'É "quoted" 50%', tags: ['HR', 'it'] }),
    app('4', { riskScore: 7 }),
  ],
  AppTags: [
    { tenantId: 't', appId: '1', tag: 'Sanctioned', appKey: 'k' },
    { tenantId: 't', appId: '3', tag: 'HR', appKey: 'k' },
    { tenantId: 't', appId: '3', tag: 'it', appKey: 'k' },
  ],
});
const ids = (options: string) => read(snapshot, `DiscoveredApps?$select=id&${options}`).map(({ id }) => id);

describe('$search over rows', () => {
  it.each([
    ['$search=drive', ['1', '2']],
    ['$search=DRIVE NOT google', ['2']],
    ['$search="google drive"', ['1']],
    ['$search=google OR hr', ['1', '3']],
    ['$search=%C3%A9', ['3']],
    ["$search='%22quoted%22'", ['3']],
    ['$search=50%25', ['3']],
    ['$search=sharepoint', ['2']],
    ['$search=sanc', ['1']],
    ['$search=NOT drive', ['3', '4']],
    ['$search=7', []],
    ['$search=nowhere', []],
    ['$search=drive AND (google OR live)', ['1', '2']],
    ["$search=drive&$filter=category eq 'cloudStorage'", ['1']],
    ['$search=drive&$orderby=id desc&$top=1', ['2']],
    ['$filter=appTags/$count($search=h) eq 1', ['3']],
    ['$filter=tags/$count($search=T) eq 1', ['1', '3']],
  ])('%s', (options, expected) => {
    expect(ids(options)).toEqual(expected);
  });

  it('counts', () => {
    expect(snapshot.execute(planned('DiscoveredApps/$count?$search=drive')).total).toBe(2);
    expect(snapshot.execute(planned('DiscoveredApps?$search=drive&$top=1&$count=true')).total).toBe(2);
  });

  it('narrows what is expanded', () => {
    const [, , third] = snapshot.execute(planned('DiscoveredApps?$expand=appTags($search=HR)')).rows;
    expect(third!.expanded('appTags').rows.map((row) => row.value('tag'))).toEqual(['HR']);
  });
});
