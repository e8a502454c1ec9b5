import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { grantsOf } from '../../../src/model/grants.js';
import { accessOf } from '../../../src/query/access.js';
import { commit, CONTOSO, FABRIKAM, wholeSet } from '../../contract/feed-rows.js';
import { DataFolder } from './data-folder.js';

let folder: DataFolder;
beforeEach(async () => {
  folder = await DataFolder.make();
});
afterEach(() => folder.remove());

describe('A set without rows', () => {
  const contosoOnly = accessOf(grantsOf({ tenants: new Set([CONTOSO]) })).rows!;

  it.each([
    ['its first refresh failed', ['failed'], true],
    ['the first refresh of every tenant failed', ['failed', 'failed'], true],
    ['another tenant is still waiting', ['failed', 'waiting'], false],
    ['the first refresh is to come', ['waiting'], false],
  ])('says so when %s', async (_what, statuses, saysFailed) => {
    const store = await folder.open({ writer: true });
    const { id } = await commit(store, async (draft) => {
      for (const [place, lastRefreshStatus] of statuses.entries()) {
        const tenantId = [CONTOSO, FABRIKAM][place]!;
        const row = { id: tenantId, displayName: tenantId, isSample: false, lastRefreshStatus };
        await draft.replace({ set: 'Tenants', tenantId }, [row]);
      }
    });
    const words = async (plan: Parameters<typeof store.execute>[0]) => {
      const failure = await store
        .execute(plan, id)
        .catch((error: unknown) => error as Error & { hint: string });
      return 'hint' in failure ? `${failure.message} ${failure.hint}` : '';
    };
    const plan = wholeSet('Apps');
    expect(await words(plan)).toMatch(
      saysFailed ? /first refresh failed.*Refreshes says why/ : /is running or has failed/,
    );
    // Whoever may read one tenant only does not learn how the others fare.
    expect(await words({ ...plan, access: contosoOnly })).toMatch(/is running or has failed/);
  });
});
