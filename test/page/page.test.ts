import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { Program } from '../cli/program.js';
import { openWorkbook } from '../powerbi/open-workbook.js';
import { BROWSER, launchBrowser, NO_BROWSER, Visit } from './browser.js';
import { servePage, type ServedPage } from './served-page.js';

const SCREENS = [
  ['a desktop', 'light', { width: 1280, height: 900 }],
  ['a desktop', 'dark', { width: 1280, height: 900 }],
  ['a phone', 'light', { width: 390, height: 844 }],
  ['a phone', 'dark', { width: 390, height: 844 }],
] as const;

(BROWSER === undefined ? describe.skip : describe)(`The page at /${NO_BROWSER}`, () => {
  let program: Program;
  let browser: Browser;
  let served: ServedPage;
  let visit: Visit;
  beforeAll(async () => {
    [program, browser] = await Promise.all([Program.compile(), launchBrowser()]);
    served = await servePage(program);
  }, 120_000);
  afterEach(() => visit.close());
  afterAll(async () => {
    await browser.close();
    await served.close();
    await program.remove();
  });

  /** The same rows, asked of the feed itself. */
  async function rowsAt(url: string): Promise<Record<string, unknown>[]> {
    const { value } = (await (await fetch(url)).json()) as { value: Record<string, unknown>[] };
    return value;
  }

  it.each(SCREENS)('is whole and accessible at first sight: %s, %s', async (device, scheme, viewport) => {
    visit = await Visit.to(browser, served.base, { viewport, colorScheme: scheme });
    expect(await visit.healthSays(/The data is fresh\./)).toContain('last renewed');
    expect(await visit.column('App')).toHaveLength(25);
    await visit.page.locator('canvas').nth(2).waitFor();
    await visit.screenshot(`${device.replace('a ', '')}-${scheme}`);
    for (const summary of await visit.page.locator('#charts summary').all()) await summary.click();
    expect(await visit.violations()).toEqual([]);
    // Nothing is wider than the screen; tables scroll by themselves.
    const width = await visit.page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(viewport.width);
    expect(visit.complaints).toEqual([]);
    const foreign = visit.requests.filter((url) => !url.startsWith(served.base) && !url.startsWith('data:'));
    expect(foreign).toEqual([]);
  });

  it('charts what the feed aggregates, and says the same as a table and to those who hear it', async () => {
    visit = await Visit.to(browser, served.base);
    const chart = visit.page.locator('.chart', { hasText: 'Apps by risk' });
    await chart.locator('canvas').waitFor();
    await chart.locator('summary').click();
    const rows = await rowsAt(await chart.locator('code').innerText());
    const high = rows.find(({ riskLevel }) => riskLevel === 'high')!;
    expect(await chart.locator('tbody tr').allInnerTexts()).toContain(`high risk\t${String(high.apps)}`);
    expect(await chart.locator('canvas').getAttribute('aria-label')).toContain(
      `high risk: ${String(high.apps)}`,
    );
    expect(await visit.page.evaluate('Object.keys(Chart.instances).length')).toBe(3);
  });

  it('sorts by a column, under a URL that says so and gives the same rows', async () => {
    visit = await Visit.to(browser, served.base);
    await visit.column('App');
    const head = visit.page.locator('#apps th', { hasText: 'Risk score' });
    await head.getByRole('button').focus();
    await visit.page.keyboard.press('Enter');
    const url = await visit.tableUrl(/orderby=riskScore%20desc/);
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    // The keyboard stays where it was.
    expect(await visit.page.evaluate('document.activeElement.textContent')).toContain('Risk score');
    const names = (await rowsAt(url)).map(({ displayName }) => displayName);
    expect(await visit.column('App')).toEqual(names);
    await visit.page.keyboard.press('Enter');
    const ascending = await visit.tableUrl(/orderby=riskScore,/);
    const scores = (await rowsAt(ascending)).map(({ riskScore }) => riskScore as number | null);
    expect(scores.filter((score) => score !== null)).toEqual(
      scores.filter((score) => score !== null).sort((left, right) => left - right),
    );
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
  });

  it('filters by name, risk and category, under a URL that says so', async () => {
    visit = await Visit.to(browser, served.base);
    await visit.column('App');
    await visit.page.getByRole('searchbox', { name: 'Name' }).fill("O'R");
    const byName = await visit.tableUrl(/o''r/);
    expect(byName).toContain("contains(tolower(displayName),'o''r')");
    for (const name of await visit.column('App')) expect(name.toLowerCase()).toContain("o'r");
    await visit.page.getByRole('searchbox', { name: 'Name' }).fill('');
    await visit.page.getByRole('combobox', { name: 'Risk' }).selectOption('high');
    const url = await visit.tableUrl(/riskLevel%20eq%20'high'/);
    expect((await rowsAt(url)).every(({ riskLevel }) => riskLevel === 'high')).toBe(true);
    for (const score of await visit.column('Risk score')) expect(score).toContain('(high risk)');
    await visit.page.getByRole('searchbox', { name: 'Name' }).fill('no app is called that');
    await visit.page.getByText('No app matches.').first().waitFor();
  });

  it('turns pages without losing or repeating a row', async () => {
    visit = await Visit.to(browser, served.base);
    const seen = new Set<string>();
    const total = Number(
      /of ([\d,]+) rows/
        .exec(await visit.page.locator('#apps .actions p').innerText())?.[1]
        ?.replace(',', ''),
    );
    for (;;) {
      const [apps, streams] = [await visit.column('App'), await visit.column('Stream')];
      for (const [index, app] of apps.entries()) seen.add(`${app}\n${String(streams[index])}`);
      const next = visit.page.getByRole('button', { name: 'Next' });
      if (await next.isDisabled()) break;
      const shown = await visit.page.locator('#apps .actions p').innerText();
      await next.click();
      await visit.page.locator('#apps .actions p').filter({ hasNotText: shown }).waitFor();
    }
    expect(total).toBeGreaterThan(50);
    expect(seen.size).toBe(total);
  });

  it('copies the address, and the URL of the table', async () => {
    visit = await Visit.to(browser, served.base, { permissions: ['clipboard-read', 'clipboard-write'] });
    await visit.page.locator('#connect > .copyable').getByRole('button', { name: /^Copy/ }).click();
    await visit.page.getByText('Copied.').waitFor();
    expect(await visit.page.evaluate('navigator.clipboard.readText()')).toBe(`${served.base}odata/`);
    const url = await visit.tableUrl(/./);
    await visit.page.locator('#apps .copyable').getByRole('button', { name: /^Copy/ }).click();
    await visit.page.locator('#apps').getByText('Copied').waitFor();
    expect(await visit.page.evaluate('navigator.clipboard.readText()')).toBe(url);
  });

  it('hands out files for Power BI Desktop and Excel with its address inside', async () => {
    visit = await Visit.to(browser, served.base);
    const fileOf = async (name: string) => {
      const [download] = await Promise.all([
        visit.page.waitForEvent('download'),
        visit.page.getByRole('link', { name }).click(),
      ]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    };
    const pbids = await fileOf('Open in Power BI Desktop');
    expect(pbids.name).toBe('DiscoveryFeed.pbids');
    expect(pbids.bytes.toString()).toContain(`"url": "${served.base}odata/"`);
    const xlsx = await fileOf('Open in Excel');
    expect(xlsx.name).toBe('DiscoveredApps.xlsx');
    expect((await openWorkbook(xlsx.bytes)).section).toContain(`OData.Feed("${served.base}odata/"`);
  });

  it('opens one app from the keyboard, at an address of its own, and closes it with Escape', async () => {
    visit = await Visit.to(browser, served.base);
    const [name = ''] = await visit.column('App');
    await visit.page.locator('#apps tbody a').first().focus();
    await visit.page.keyboard.press('Enter');
    const dialog = visit.page.getByRole('dialog', { name });
    await dialog.locator('tbody tr').first().waitFor();
    expect(await dialog.locator('tbody tr').first().innerText()).toContain('90 days');
    expect(await visit.violations()).toEqual([]);
    await visit.screenshot('one-app');
    const { href } = new URL(visit.page.url());
    await visit.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    // The dialogue is closed first, and says so afterwards.
    await visit.page.waitForURL(served.base);
    await visit.page.goto(href);
    await visit.page.reload();
    await visit.page.getByRole('dialog', { name }).locator('tbody tr').first().waitFor();
    const shown = await visit.page.locator('#app-detail .copyable code').allInnerTexts();
    for (const url of shown) expect((await fetch(url)).status).toBe(200);
    expect(shown).toHaveLength(2);
  });

  it('says that the server does not answer, when it does not', async () => {
    visit = await Visit.to(browser, served.base);
    await visit.column('App');
    await visit.page.route('**/odata/**', (route) => route.abort());
    await visit.page.getByRole('button', { name: 'Next' }).click();
    await visit.page.locator('#apps').getByText('The server does not answer.').waitFor();
  });
});
