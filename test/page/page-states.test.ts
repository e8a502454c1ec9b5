import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { hashPassword } from '../../src/security/password.js';
import { Program } from '../cli/program.js';
import { openWorkbook } from '../powerbi/open-workbook.js';
import { BROWSER, launchBrowser, NO_BROWSER, Visit } from './browser.js';
import { servePage, type PageOptions } from './served-page.js';

const KEY = 'page-key-0123456789';
const PASSWORD = 'pässword: long';

(BROWSER === undefined ? describe.skip : describe)(`The page at / of a server that${NO_BROWSER}`, () => {
  let program: Program;
  let browser: Browser;
  let visit: Visit;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    [program, browser] = await Promise.all([Program.compile(), launchBrowser()]);
  }, 120_000);
  afterEach(async () => {
    await visit.close();
    await stop();
  });
  afterAll(async () => {
    await browser.close();
    await program.remove();
  });

  async function visitServer(options: PageOptions): Promise<void> {
    const served = await servePage(program, options);
    stop = () => served.close();
    visit = await Visit.to(browser, served.base);
  }

  describe('asks for credentials', () => {
    it('has a form, keeps what is typed in memory, and never makes the browser ask', async () => {
      const sha256 = createHash('sha256').update(KEY).digest('hex');
      const challenges: string[] = [];
      await visitServer({
        env: { API_KEYS: `page:${sha256}`, BASIC_USERS: `ann:${await hashPassword(PASSWORD)}` },
      });
      visit.page.on('response', (response) => {
        if (response.status() === 401) challenges.push(response.headers()['www-authenticate'] ?? '');
      });
      await visit.page.reload();
      await visit.page.getByLabel('API key').waitFor();
      expect(await visit.healthSays(/has data/)).toContain('The server is up');
      expect(await visit.page.locator('#apps').isVisible()).toBe(false);
      expect(await visit.violations()).toEqual([]);
      await visit.screenshot('sign-in');

      await visit.page.getByLabel('API key').fill('not the key');
      await visit.page.getByLabel('API key').press('Enter');
      await visit.page.getByText('That was not right.').waitFor();
      await visit.page.getByLabel('API key').fill(KEY);
      await visit.page.getByLabel('API key').press('Enter');
      expect(await visit.column('App')).toHaveLength(25);
      expect(await visit.page.getByLabel('API key').count()).toBe(0);
      for (const url of visit.requests) expect(url).not.toContain(KEY);

      await visit.page.getByRole('button', { name: 'Sign out' }).click();
      await visit.page.getByLabel('User name').fill('ann');
      await visit.page.getByLabel('Password').fill(PASSWORD);
      await visit.page.getByLabel('Password').press('Enter');
      expect(await visit.column('App')).toHaveLength(25);
      expect(
        await visit.page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length'),
      ).toBe(0);

      await visit.page.reload();
      await visit.page.getByLabel('API key').waitFor();
      expect(challenges.length).toBeGreaterThan(2);
      for (const challenge of challenges) expect(challenge).not.toMatch(/(^|[,\n] ?)Basic/i);
      expect(visit.complaints).toEqual([]);
    });

    it('shows a reader with grants what they may read, and asks for nothing else', async () => {
      const sha256 = createHash('sha256').update(KEY).digest('hex');
      const folder = await program.scratch();
      const file = join(folder, 'grants.json');
      const grants = [
        {
          to: ['key:page'],
          sets: ['DiscoveredApps', 'Apps'],
          hide: ['DiscoveredApps/userCount', 'Apps/category'],
        },
      ];
      await writeFile(file, JSON.stringify({ grants }));
      await visitServer({ env: { API_KEYS: `page:${sha256}`, CONFIG_FILE: file } });
      await visit.page.getByLabel('API key').fill(KEY);
      expect(await visit.page.locator('#tables').innerText()).not.toContain('AppTags');
      await visit.page.getByLabel('API key').press('Enter');
      expect(await visit.column('App')).toHaveLength(25);
      const heads = await visit.page.locator('#apps thead th').allInnerTexts();
      expect(heads.join(' ')).not.toMatch(/Users|Category/);
      expect(await visit.page.locator('#charts h3').allInnerTexts()).toEqual([
        'Apps by risk',
        'Most uploaded to',
      ]);
      expect(await visit.page.locator('#tables dt').allInnerTexts()).toEqual(['DiscoveredApps', 'Apps']);
      expect(await visit.healthSays(/may not read/)).toContain('how fresh');
      const [download] = await Promise.all([
        visit.page.waitForEvent('download'),
        visit.page.getByRole('link', { name: 'Open in Excel' }).click(),
      ]);
      const { section } = await openWorkbook(await readFile(await download.path()));
      expect(section).toContain('"deviceCount"');
      expect(section).not.toContain('userCount');
      await visit.page.locator('#apps tbody a').first().click();
      await visit.page.locator('#app-detail tbody tr').first().waitFor();
      expect(await visit.page.locator('.problem').count()).toBe(0);
    });

    it('shows its health and how to connect, and asks for no row, where only Entra lets people in', async () => {
      await visitServer({
        env: {
          ENTRA_TENANT_IDS: '0a0a0a0a-1111-4111-8111-000000000001',
          ENTRA_AUDIENCES: 'https://feed.contoso.com',
        },
      });
      await visit.page.getByText('Microsoft work account, which').waitFor();
      expect(await visit.healthSays(/has data/)).toContain('The server is up');
      await visit.page.getByText('Organizational account, Sign in').waitFor();
      expect(await visit.page.locator('input').count()).toBe(0);
      expect(visit.requests.filter((url) => url.includes('/odata/'))).toEqual([]);
      expect(await visit.violations()).toEqual([]);
    });
  });

  it('shows older rows: says which stream is stale, and why', async () => {
    await visitServer({
      before: async (sample, refresh) => {
        await refresh();
        const { id: streamId } = sample.tenant.streams[0]!;
        sample.graph.inject({ fault: 'badRequest400', on: 'usage', streamId, times: 1000 });
        await refresh();
      },
    });
    expect(await visit.healthSays(/Stale/)).toContain('Stale: 1 of 3 streams show older rows.');
    const state = visit.page.locator('#freshness tbody tr', { hasText: 'Stale.' });
    expect(await state.innerText()).toMatch(/400|refused/i);
    await visit.page.locator('#freshness').getByText('partial').waitFor();
    expect(await visit.column('App')).toHaveLength(25);
    expect(await visit.violations()).toEqual([]);
    await visit.screenshot('stale');
  });

  it('has no rows yet: says why, and looks again by itself', async () => {
    await visitServer({
      before: (sample) => {
        sample.graph.inject({ fault: 'forbidden403', on: 'streams', times: 1000 });
      },
    });
    await visit.healthSays(/There is no data yet: the first refresh failed/);
    await visit.page.locator('#apps').getByText('There are no rows yet.').waitFor();
    expect(await visit.page.locator('#freshness').innerText()).toContain('failed');
    expect(await visit.violations()).toEqual([]);
    await visit.screenshot('empty');
    const asked = visit.requests.length;
    await visit.page.waitForRequest(/odata\/DiscoveredApps/);
    expect(visit.requests.length).toBeGreaterThan(asked);
  });
});
