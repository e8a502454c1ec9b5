/** What every store must do, whatever it is made of. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SetName } from '../../src/model/catalog.js';
import { hasSet } from '../../src/model/generation.js';
import { grantsOf, type Grants } from '../../src/model/grants.js';
import type { ReadPlan } from '../../src/query/plan.js';
import { understand } from '../../src/query/read-request.js';
import type { Store } from '../../src/store/store.js';
import {
  CATEGORIES,
  categoryRows,
  collect,
  commit,
  commitTags,
  CONTOSO,
  FABRIKAM,
  readSet,
  readTags,
  STRANGER,
  tagRows,
  tagsOf,
  usageRows,
  wholeSet,
} from './feed-rows.js';

/** A place where stores of one kind are opened, closed and opened again. */
export interface StoreBed {
  open(tenantIds: readonly string[]): Promise<Store>;
  /** Removes what the stores have left; all of them are closed. */
  clear(): Promise<void>;
}

/** Describes a kind of store by the contract that all of them share. */
export function describeStore(name: string, makeBed: () => Promise<StoreBed>): void {
  describe(`${name}: the contract of a store`, () => {
    let bed: StoreBed;
    let store: Store;

    beforeEach(async () => {
      bed = await makeBed();
      store = await bed.open([CONTOSO, FABRIKAM]);
    });
    afterEach(async () => {
      await store.close();
      await bed.clear();
    });

    async function reopen(tenantIds: readonly string[] = [CONTOSO, FABRIKAM]): Promise<void> {
      await store.close();
      store = await bed.open(tenantIds);
    }

    describe('before the first commit', () => {
      it('has no current generation, and knows no id', async () => {
        expect(store.current()).toBeUndefined();
        for (const id of [
          '1-abcdef',
          '0-000000',
          '',
          '../../etc/passwd',
          '1',
          '__proto__',
          '1-ABCDEF',
          'NaN-aaaaaa',
        ])
          await expect(store.at(id)).resolves.toBeUndefined();
      });

      it('answers PROTOCOL_PAGE_EXPIRED for a generation that is not there', async () => {
        await expect(store.execute(wholeSet('Apps'), '7-abcdef')).rejects.toMatchObject({
          code: 'PROTOCOL_PAGE_EXPIRED',
        });
      });

      it('drafts from nothing', async () => {
        const draft = await store.draft();
        expect(draft.base).toBeUndefined();
        expect(draft.partitions()).toEqual([]);
        await draft.discard();
        expect(store.current()).toBeUndefined();
      });
    });

    describe('commit', () => {
      it('publishes the rows exactly, with text, collections and integers beyond 2^53', async () => {
        const { id } = await commit(store, async (draft) => {
          const key = { set: 'DiscoveredApps', tenantId: CONTOSO, streamId: 's1' } as const;
          const written = await draft.replace(key, usageRows(CONTOSO, 's1', ['1', '2']));
          expect(written.rows).toBe(2);
          expect(written.bytes).toBeGreaterThan(100);
        });
        const rows = await readSet(store, id, 'DiscoveredApps');
        expect(rows).toHaveLength(2);
        expect(rows[0]).toContain('"downloadNetworkTrafficInBytes":9007199254740993,');
        expect(rows[0]).toContain('"domains":["a.example","*.b.example"],');
        expect(rows[0]).toContain('"riskScore":null,');
      });

      it('makes the draft current, numbers it upwards and tells the listeners', async () => {
        const heard: string[] = [];
        const stop = store.onPublished(({ id }) => heard.push(id));
        const first = await commitTags(store, CONTOSO, 1, 'v1');
        const second = await commitTags(store, CONTOSO, 1, 'v2');
        stop();
        await commitTags(store, CONTOSO, 1, 'v3');
        expect([first.id, second.id].map((id) => id.split('-')[0])).toEqual(['1', '2']);
        expect(first.id).toMatch(/^1-[0-9a-f]{6}$/);
        expect(heard).toEqual([first.id, second.id]);
        expect(Date.parse(second.publishedAt)).toBeGreaterThanOrEqual(Date.parse(first.publishedAt));
      });

      it('shows nothing of a draft before it', async () => {
        const { id } = await commitTags(store, CONTOSO, 3, 'v1');
        const draft = await store.draft();
        await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 5, 'v2'));
        expect(store.current()?.id).toBe(id);
        expect(await readTags(store, id)).toEqual({ tags: ['v1'], rows: 3 });
        await draft.discard();
        expect(store.current()?.id).toBe(id);
        expect(await readTags(store, id)).toEqual({ tags: ['v1'], rows: 3 });
      });

      it('carries over what the draft did not touch, and leaves out what it dropped', async () => {
        await commit(store, async (draft) => {
          await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 2, 'v1'));
          await draft.replace(tagsOf(FABRIKAM), tagRows(FABRIKAM, 2, 'v1'));
          await draft.replace(CATEGORIES, categoryRows(['cloudStorage']));
        });
        const second = await commit(store, async (draft) => {
          await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 1, 'v2'));
          draft.drop(CATEGORIES);
        });
        const tags = (await readSet(store, second.id, 'AppTags')).map((row) => JSON.parse(row) as unknown);
        expect(tags).toEqual([...tagRows(CONTOSO, 1, 'v2'), ...tagRows(FABRIKAM, 2, 'v1')]);
        expect(hasSet(second, 'AppCategories')).toBe(false);
        await expect(store.execute(wholeSet('AppCategories'), second.id)).rejects.toMatchObject({
          code: 'STORE_EMPTY',
        });
      });

      it('tells an empty set from an absent one', async () => {
        const { id } = await commit(store, async (draft) => {
          expect(await draft.replace(tagsOf(CONTOSO), [])).toEqual({ rows: 0, bytes: 0 });
        });
        expect(await readSet(store, id, 'AppTags')).toEqual([]);
        await expect(store.execute(wholeSet('AppDomains'), id)).rejects.toMatchObject({
          code: 'STORE_EMPTY',
        });
        await reopen();
        expect(await readSet(store, id, 'AppTags')).toEqual([]);
      });

      it('keeps what the poller remembers with the rows', async () => {
        const poller = {
          heldBack: { 'contoso|s1|P90D': 2 },
          absent: { 'contoso|s2': 1 },
          rowSettings: { contoso: 'abc' },
          lastSuccess: { contoso: '2026-11-23T04:05:06Z' },
        };
        await commit(store, (draft) => {
          draft.setPoller(poller);
          return Promise.resolve();
        });
        await commitTags(store, CONTOSO, 1, 'v2');
        await reopen();
        expect(store.current()?.poller).toEqual(poller);
        const draft = await store.draft();
        expect(draft.base?.poller).toEqual(poller);
        await draft.discard();
      });

      it('lets a listener’s rows be read at once', async () => {
        let read: Promise<string[]> | undefined;
        store.onPublished(({ id }) => {
          read = readSet(store, id, 'AppTags');
        });
        await commitTags(store, CONTOSO, 4, 'v1');
        expect(await read).toHaveLength(4);
      });
    });

    describe('a draft', () => {
      it('streams its rows back, replaced and carried over alike, narrowed to one tenant if asked', async () => {
        await commitTags(store, FABRIKAM, 2, 'v1');
        const draft = await store.draft();
        async function* slowly() {
          for (const row of tagRows(CONTOSO, 3, 'v2')) yield await Promise.resolve(row);
        }
        await draft.replace(tagsOf(CONTOSO), slowly());
        expect(await collect(draft.rows('AppTags'))).toEqual([
          ...tagRows(CONTOSO, 3, 'v2'),
          ...tagRows(FABRIKAM, 2, 'v1'),
        ]);
        expect(await collect(draft.rows('AppTags', FABRIKAM))).toEqual(tagRows(FABRIKAM, 2, 'v1'));
        expect(await collect(draft.rows('AppTags', STRANGER))).toEqual([]);
        expect(draft.partitions()).toEqual([tagsOf(CONTOSO), tagsOf(FABRIKAM)]);
        await draft.discard();
      });

      it('keeps integers beyond 2^53 exact when rows are streamed back', async () => {
        const draft = await store.draft();
        const key = { set: 'DiscoveredApps', tenantId: CONTOSO, streamId: 's1' } as const;
        await draft.replace(key, usageRows(CONTOSO, 's1', ['1']));
        const [row] = await collect(draft.rows('DiscoveredApps'));
        expect(row?.downloadNetworkTrafficInBytes).toBe(9_007_199_254_740_993n);
        await draft.discard();
      });

      it('takes the last word when a partition is replaced twice', async () => {
        const { id } = await commit(store, async (draft) => {
          await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 9, 'v1'));
          await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 2, 'v2'));
        });
        expect(await readTags(store, id)).toEqual({ tags: ['v2'], rows: 2 });
      });

      it('passes on what the source of the rows throws, and stays as it was', async () => {
        const draft = await store.draft();
        await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 2, 'v1'));
        function* broken() {
          yield* tagRows(CONTOSO, 1, 'v2');
          throw Object.assign(new Error('upstream went away'), { code: 'ECONNRESET' });
        }
        await expect(draft.replace(tagsOf(CONTOSO), broken())).rejects.toThrow('upstream went away');
        const { id } = await draft.commit();
        expect(await readTags(store, id)).toEqual({ tags: ['v1'], rows: 2 });
      });

      it.each([
        ['out of order', tagsOf(CONTOSO), tagRows(CONTOSO, 2, 'v1').reverse()],
        ['twice the same', tagsOf(CONTOSO), [...tagRows(CONTOSO, 1, 'v1'), ...tagRows(CONTOSO, 1, 'v1')]],
        ['of another tenant', tagsOf(CONTOSO), tagRows(STRANGER, 1, 'v1')],
        ['of no tenant', { set: 'AppTags' } as const, tagRows(CONTOSO, 1, 'v1')],
      ])('refuses rows that are %s: a bug of the caller', async (_what, key, rows) => {
        const draft = await store.draft();
        await expect(draft.replace(key, rows)).rejects.toMatchObject({ code: 'INTERNAL' });
        expect(draft.partitions()).toEqual([]);
        await draft.discard();
      });

      it('is one at a time, and cannot be used after its end', async () => {
        const draft = await store.draft();
        await expect(store.draft()).rejects.toMatchObject({ code: 'INTERNAL' });
        await draft.commit();
        await expect(draft.commit()).rejects.toMatchObject({ code: 'INTERNAL' });
        await expect(draft.replace(CATEGORIES, [])).rejects.toMatchObject({ code: 'INTERNAL' });
        await draft.discard();
        await (await store.draft()).discard();
      });
    });

    describe('readers', () => {
      it('page through their generation while newer ones come', async () => {
        const { id } = await commitTags(store, CONTOSO, 25, 'v1');
        const rows: unknown[] = [];
        let page = await store.execute(wholeSet('AppTags', 10), id);
        for (let version = 2; ; version++) {
          rows.push(...page.rows.map(({ json }) => JSON.parse(Buffer.from(json).toString()) as unknown));
          if (page.next === undefined) break;
          await commitTags(store, CONTOSO, version, `v${version}`);
          page = await store.execute(wholeSet('AppTags', 10), id, page.next);
        }
        expect(rows).toEqual(tagRows(CONTOSO, 25, 'v1'));
        expect(await readTags(store, store.current()!.id)).toEqual({ tags: ['v3'], rows: 3 });
      });

      it('find an older generation after a restart', async () => {
        const first = await commitTags(store, CONTOSO, 25, 'v1');
        await commitTags(store, CONTOSO, 5, 'v2');
        await reopen();
        expect((await store.at(first.id))?.id).toBe(first.id);
        expect(await readTags(store, first.id)).toEqual({ tags: ['v1'], rows: 25 });
        expect(await readTags(store, store.current()!.id)).toEqual({ tags: ['v2'], rows: 5 });
      });

      it('see the newest generation after a restart, at once', async () => {
        const { id, partitions } = await commitTags(store, CONTOSO, 3, 'v1');
        await reopen();
        expect(store.current()).toMatchObject({ id, partitions });
      });
    });

    describe('tenants that are not configured', () => {
      it('are never served, neither from the current generation nor from an older one', async () => {
        await reopen([CONTOSO, STRANGER]);
        const fill = (version: string) =>
          commit(store, async (draft) => {
            await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 2, version));
            await draft.replace(tagsOf(STRANGER), tagRows(STRANGER, 2, version));
            await draft.replace({ set: 'AppDomains', tenantId: STRANGER }, []);
            await draft.replace(CATEGORIES, categoryRows(['cloudStorage']));
          });
        const first = await fill('v1');
        const second = await fill('v2');
        await reopen([CONTOSO]);
        for (const id of [first.id, second.id]) {
          const generation = await store.at(id);
          expect(JSON.stringify(generation)).not.toContain(STRANGER);
          expect((await readSet(store, id, 'AppTags')).join()).not.toContain(STRANGER);
          await expect(store.execute(wholeSet('AppDomains'), id)).rejects.toMatchObject({
            code: 'STORE_EMPTY',
          });
          expect(await readSet(store, id, 'AppCategories')).toHaveLength(1);
        }
        expect(store.current()?.id).toBe(second.id);
      });

      it('are not carried into the next generation', async () => {
        await reopen([STRANGER]);
        await commitTags(store, STRANGER, 2, 'v1');
        await reopen([CONTOSO]);
        await commitTags(store, CONTOSO, 2, 'v2');
        await reopen([CONTOSO, STRANGER]);
        expect(await readTags(store, store.current()!.id)).toEqual({ tags: ['v2'], rows: 2 });
      });
    });

    describe('readers with grants', () => {
      const granted = (set: SetName, parts: Omit<Grants, 'id'>): ReadPlan => {
        const understood = understand(set, '', { pageSize: 2, now: 0, grants: grantsOf(parts) });
        if (!('plan' in understood)) throw new Error(`${set} has no plan`);
        return understood.plan;
      };
      const contoso = { tenants: new Set([CONTOSO]) };

      it('read their part of a generation page by page, and others theirs', async () => {
        const { id } = await commit(store, async (draft) => {
          await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 3, 'v1'));
          await draft.replace(tagsOf(FABRIKAM), tagRows(FABRIKAM, 5, 'v1'));
        });
        const plan = granted('AppTags', contoso);
        const first = await store.execute(plan, id);
        const second = await store.execute(plan, id, first.next);
        const rows = [...first.rows, ...second.rows].map((row) => row.value('tenantId'));
        expect(rows).toEqual([CONTOSO, CONTOSO, CONTOSO]);
        expect(second.next).toBeUndefined();
        expect(await readSet(store, id, 'AppTags')).toHaveLength(8);
        const other = granted('AppTags', { rows: new Map([['AppTags', "appId ge '000004'"]]) });
        expect((await store.execute(other, id)).rows.map((row) => row.value('tenantId'))).toEqual([FABRIKAM]);
      });

      it('see the rows of the generation that they ask for', async () => {
        const first = await commitTags(store, CONTOSO, 1, 'v1');
        const second = await commitTags(store, CONTOSO, 1, 'v2');
        const plan = granted('AppTags', contoso);
        for (const [{ id }, tag] of [
          [first, 'v1'],
          [second, 'v2'],
        ] as const)
          expect((await store.execute(plan, id)).rows.map((row) => row.value('tag'))).toEqual([tag]);
      });

      it('get rows without the properties that are hidden from them, as JSON too', async () => {
        const { id } = await commit(store, async (draft) => {
          const key = { set: 'DiscoveredApps', tenantId: CONTOSO, streamId: 's1' } as const;
          await draft.replace(key, usageRows(CONTOSO, 's1', ['1']));
        });
        const plan = granted('DiscoveredApps', { hiddenFacts: new Set(['App.domains', 'App.displayName']) });
        const [whole] = await readSet(store, id, 'DiscoveredApps');
        const { domains, domainsText, displayName, ...rest } = JSON.parse(whole!) as Record<string, unknown>;
        expect([domains, domainsText, displayName]).toEqual([['a.example', '*.b.example'], null, 'App 1']);
        const [row] = (await store.execute(plan, id)).rows;
        const json = Buffer.from(row!.json).toString();
        expect(JSON.parse(json)).toEqual(rest);
        expect(json).toContain('"downloadNetworkTrafficInBytes":9007199254740993,');
        expect(() => row!.value('displayName')).toThrow();
      });

      it('have no rows yet where only tenants of others have some', async () => {
        const { id } = await commitTags(store, FABRIKAM, 2, 'v1');
        await expect(store.execute(granted('AppTags', contoso), id)).rejects.toMatchObject({
          code: 'STORE_EMPTY',
        });
      });
    });

    describe('the key for page tokens', () => {
      it('has 32 bytes and survives restarts', async () => {
        const key = Buffer.from(store.pageKey).toString('hex');
        expect(key).toMatch(/^[0-9a-f]{64}$/);
        await reopen();
        expect(Buffer.from(store.pageKey).toString('hex')).toBe(key);
      });
    });

    describe('close', () => {
      it('waits for a commit that is under way', async () => {
        const draft = await store.draft();
        await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 3, 'v1'));
        const committed = draft.commit();
        await store.close();
        const { id } = await committed;
        await reopen();
        expect(store.current()?.id).toBe(id);
      });

      it('ends writing: a draft that is still open publishes nothing', async () => {
        const draft = await store.draft();
        await draft.replace(tagsOf(CONTOSO), tagRows(CONTOSO, 3, 'v1'));
        await store.close();
        await expect(draft.commit()).rejects.toMatchObject({ code: 'STORE_LOCKED' });
        await reopen();
        expect(store.current()).toBeUndefined();
      });
    });
  });
}
