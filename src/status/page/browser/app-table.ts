/** The table of DiscoveredApps: sorted, filtered and paged by the feed, under the URL that it shows. */
import { appLink } from './app-detail.js';
import { appFilters } from './app-filters.js';
import { appsPath, FIRST_QUERY, PAGE_ROWS, SET, type AppQuery } from './app-query.js';
import { copyable } from './copy.js';
import { announce, byId, element } from './elements.js';
import type { Collection, Feed, Row } from './feed.js';
import { bytes, count, day, words } from './format.js';
import { problemText } from './problem.js';
import type { Readable } from './readable.js';

interface Column {
  readonly name: string;
  readonly head: string;
  readonly cell: (row: Row) => Node | string;
  readonly isNumber?: boolean;
}

const COLUMNS: readonly Column[] = [
  { name: 'displayName', head: 'App', cell: appLink },
  { name: 'categoryName', head: 'Category', cell: (row) => words(row.categoryName) },
  { name: 'riskScore', head: 'Risk score', cell: risk, isNumber: true },
  { name: 'userCount', head: 'Users', cell: (row) => count(row.userCount), isNumber: true },
  {
    name: 'uploadNetworkTrafficInBytes',
    head: 'Uploaded',
    cell: (row) => bytes(row.uploadNetworkTrafficInBytes),
    isNumber: true,
  },
  {
    name: 'downloadNetworkTrafficInBytes',
    head: 'Downloaded',
    cell: (row) => bytes(row.downloadNetworkTrafficInBytes),
    isNumber: true,
  },
  { name: 'tagsText', head: 'Tags', cell: (row) => words(row.tagsText) },
  { name: 'lastSeenDateTime', head: 'Last seen', cell: (row) => day(row.lastSeenDateTime) },
  { name: 'streamName', head: 'Stream', cell: (row) => words(row.streamName) },
];

/** The table on the page; one lives as long as its visitor's sign-in. */
export class AppTable {
  #query: AppQuery = FIRST_QUERY;
  /** Answers of older queries are dropped: the last one asked wins, whichever comes first. */
  #asked = 0;
  readonly #columns: readonly Column[];
  readonly #results = element('div', { class: 'results' });

  constructor(
    private readonly feed: Feed,
    private readonly readable: Readable,
  ) {
    this.#columns = COLUMNS.filter(({ name }) => readable.has(SET, name));
  }

  /** @throws FeedProblem when the first rows cannot be read */
  async show(): Promise<void> {
    const section = byId('apps');
    section.hidden = !this.readable.has(SET);
    if (section.hidden) return;
    const filters = appFilters({ feed: this.feed, readable: this.readable, query: this.#query }, (change) => {
      void this.#ask({ ...change, page: 0 }).catch(this.#showProblem);
    });
    section.replaceChildren(element('h2', { id: 'apps-title' }, 'Discovered apps'), filters, this.#results);
    await this.#ask({}).catch((thrown: unknown) => {
      this.#showProblem(thrown);
      throw thrown;
    });
  }

  async #ask(change: Partial<AppQuery>): Promise<void> {
    this.#query = { ...this.#query, ...change };
    const asked = (this.#asked += 1);
    const names = this.#columns.map(({ name }) => name);
    const needed = this.readable.those(SET, [...names, 'riskLevel']);
    const path = appsPath(this.#query, needed, this.readable);
    const answer = await this.feed.read<Collection>(path);
    if (asked === this.#asked) this.#draw(answer, path);
  }

  readonly #showProblem = (thrown: unknown): void => {
    this.#results.replaceChildren(problemText(thrown));
  };

  #draw({ value: rows, '@odata.count': total = rows.length }: Collection, path: string): void {
    const focused = document.activeElement?.getAttribute('data-focus');
    const first = this.#query.page * PAGE_ROWS;
    const said =
      rows.length === 0
        ? 'No app matches.'
        : `${count(first + 1)}–${count(first + rows.length)} of ${count(total)} rows`;
    const url = this.feed.root + path;
    this.#results.replaceChildren(
      element(
        'p',
        { class: 'hint' },
        'A row is one app in one stream. The table reads this URL; Power BI and Excel can read it too:',
      ),
      copyable(url, element('a', { href: url, target: '_blank', rel: 'noreferrer' }, 'Open')),
      element(
        'div',
        { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Rows of discovered apps' },
        element(
          'table',
          {},
          element('caption', { class: 'unseen' }, `Discovered apps, ${said}`),
          element('thead', {}, element('tr', {}, ...this.#columns.map((column) => this.#head(column)))),
          element('tbody', {}, ...rows.map((row) => this.#row(row))),
        ),
      ),
      this.#pager(said, first + rows.length < total),
    );
    announce(said);
    // What has the focus may be drawn anew: whoever uses the keyboard stays on it.
    if (focused != null) this.#results.querySelector<HTMLElement>(`[data-focus="${focused}"]`)?.focus();
  }

  #head({ name, head, isNumber }: Column): HTMLElement {
    const { sort, descending } = this.#query;
    const isSorted = sort === name;
    const turn = () => {
      const change = { sort: name, descending: isSorted ? !descending : isNumber === true, page: 0 };
      void this.#ask(change).catch(this.#showProblem);
    };
    const arrow = isSorted ? (descending ? ' ▼' : ' ▲') : '';
    const order = isSorted ? (descending ? 'descending' : 'ascending') : undefined;
    return element(
      'th',
      { scope: 'col', 'aria-sort': order, class: isNumber === true ? 'number' : undefined },
      element(
        'button',
        { type: 'button', onclick: turn, 'data-focus': name },
        head,
        element('span', { 'aria-hidden': 'true' }, arrow),
      ),
    );
  }

  #row(row: Row): HTMLElement {
    const cells = this.#columns.map(({ cell, isNumber }, index) =>
      index === 0
        ? element('th', { scope: 'row' }, cell(row))
        : element('td', { class: isNumber === true ? 'number' : undefined }, cell(row)),
    );
    return element('tr', {}, ...cells);
  }

  #pager(said: string, hasNext: boolean): HTMLElement {
    const { page } = this.#query;
    const to = (next: number) => () => void this.#ask({ page: next }).catch(this.#showProblem);
    return element(
      'div',
      { class: 'actions' },
      element(
        'button',
        { type: 'button', onclick: to(page - 1), disabled: page === 0, 'data-focus': 'previous' },
        'Previous',
      ),
      element(
        'button',
        { type: 'button', onclick: to(page + 1), disabled: !hasNext, 'data-focus': 'next' },
        'Next',
      ),
      element('p', {}, said),
    );
  }
}

/** The score with its band as a colour and a word. */
export function risk({ riskScore, riskLevel }: Row): HTMLElement {
  const level = typeof riskLevel === 'string' ? riskLevel : undefined;
  const score = count(riskScore);
  return element(
    'span',
    { class: `risk risk-${level ?? 'none'}` },
    level === undefined ? score : `${score} (${level} risk)`,
  );
}
