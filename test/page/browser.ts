/** A real browser, where one is installed, and what a page in it did. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { ROOT } from '../docs/repository.js';

/** Where Chromium, Chrome and Edge are installed. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The browser that tests drive; undefined where there is none. */
export const BROWSER = PLACES.find((place) => existsSync(place));

/** For titles: why tests skip. */
export const NO_BROWSER = BROWSER === undefined ? ' (no browser: apt-get install chromium)' : '';

/** Screenshots for people to look at; git ignores them. */
export const SCREENSHOTS = join(ROOT, 'screenshots');

export function launchBrowser(): Promise<Browser> {
  return chromium.launch(BROWSER === undefined ? {} : { executablePath: BROWSER });
}

/** A page, and everything that it asked for and complained about. */
export class Visit {
  readonly requests: string[] = [];
  /** Errors of scripts, and what the content security policy refused; not the browser's remarks about statuses. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    readonly base: string,
  ) {
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.complaints.push(message.text());
    });
  }

  /** Opens a page in a profile of its own. @param base the page's address, with a slash at its end */
  static async to(browser: Browser, base: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const visit = new Visit(await context.newPage(), base);
    await visit.page.goto(base);
    return visit;
  }

  /** Says what the line about freshness says, as soon as it matches. */
  async healthSays(pattern: RegExp): Promise<string> {
    const line = this.page.locator('#health', { hasText: pattern });
    await line.waitFor();
    return line.innerText();
  }

  /** Waits for rows. @returns texts of one column */
  async column(title: string): Promise<string[]> {
    await this.page.locator('#apps tbody tr').first().waitFor();
    const heads = await this.page.locator('#apps thead th').allInnerTexts();
    const index = heads.findIndex((head) => head.startsWith(title));
    if (index < 0) throw new Error(`The table has no column ${title}: ${heads.join(', ')}`);
    return this.page.locator(`#apps tbody tr > :nth-child(${index + 1})`).allInnerTexts();
  }

  /** The URL that the table shows, once it matches. */
  async tableUrl(pattern: RegExp): Promise<string> {
    const code = this.page.locator('#apps .copyable code', { hasText: pattern });
    await code.waitFor();
    return code.innerText();
  }

  /** What axe finds, one line each. */
  async violations(): Promise<string[]> {
    // Not as a script of the page: its policy lets nothing in.
    await this.page.evaluate(await axeSource());
    const { violations } = await this.page.evaluate<AxeResults>('axe.run()');
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${String(failureSummary)}`),
    );
  }

  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
  }

  close(): Promise<void> {
    return this.page.context().close();
  }
}

async function axeSource(): Promise<string> {
  return readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
}
