import { describe, expect, it } from '@jest/globals';
import { planned, read, selected } from './reading.js';
import { snapshotOf, type PartialRow } from './tables.js';

const app = (id: string, more: PartialRow): PartialRow => ({ tenantId: 't', streamId: 's', id, ...more });
const snapshot = snapshotOf({
  DiscoveredApps: [
    app('1', { userCount: 3, riskScore: 0, displayName: 'Box', lastSeenDateTime: '2026-02-01T10:00:00Z' }),
    app('2', { userCount: 9007199254740993n, riskScore: 4, tags: ['HR', 'IT'] }),
    app('3', { displayName: 'Zoom' }),
  ],
  Streams: [{ tenantId: 't', id: 's', displayName: 'Proxy' }],
});

describe('$compute over rows', () => {
  it.each([
    ['userCount mul 2 as x&$select=x', [{ x: 6 }, { x: 18014398509481986n }, { x: null }]],
    ['toupper(displayName) as x&$select=x', [{ x: 'BOX' }, { x: null }, { x: 'ZOOM' }]],
    ["concat(id,'/') as a,concat(a,stream/displayName) as b&$select=b&$top=1", [{ b: '1/Proxy' }]],
    ['date(lastSeenDateTime) as d&$select=d&$top=1', [{ d: '2026-02-01' }]],
    ['substring(tags,1) as rest&$select=rest', [{ rest: [] }, { rest: ['IT'] }, { rest: [] }]],
    ['userCount add 1 as x&$filter=x eq 4&$select=id,x', [{ id: '1', x: 4 }]],
    ['length(displayName) as n&$orderby=n desc,id&$select=id', [{ id: '3' }, { id: '1' }, { id: '2' }]],
    ['12 div riskScore as q&$filter=riskScore gt 0&$select=q', [{ q: 3 }]],
  ])('$compute=%s', (options, rows) => {
    expect(read(snapshot, `DiscoveredApps?$compute=${options}`)).toEqual(rows);
  });

  it('computes within $expand', () => {
    const plan = planned(
      'Streams?$expand=discoveredApps($compute=userCount add 1 as x;$select=x;$filter=x gt 0)',
    );
    const [stream] = snapshot.execute(plan).rows;
    const rows = stream!
      .expanded('discoveredApps')
      .rows.map((row) => selected(plan.expand[0]!.rows as never, row));
    expect(rows).toEqual([{ x: 4 }, { x: 9007199254740994n }]);
  });

  it('goes on after a page that ended at a computed value', () => {
    const plan = planned(
      'DiscoveredApps?$compute=length(id) add riskScore as x&$orderby=x desc&$select=id',
      1,
    );
    const first = snapshot.execute(plan);
    expect(first.rows[0]!.value('id')).toBe('2');
    expect(snapshot.execute(plan, first.next).rows[0]!.value('id')).toBe('1');
  });
});
