/** The fields above the table of apps. Lists offer the values that the feed has. */
import { SET, valuesPath, type AppQuery } from './app-query.js';
import { element } from './elements.js';
import { FeedProblem, type Feed } from './feed.js';
import type { Readable } from './readable.js';

/** What the fields need: where values come from, and how things stand. */
export interface FilterOptions {
  readonly feed: Feed;
  readonly readable: Readable;
  readonly query: AppQuery;
}

type Choice = keyof AppQuery['equal'];

const CHOICES: readonly (readonly [column: Choice, label: string])[] = [
  ['riskLevel', 'Risk'],
  ['categoryName', 'Category'],
  ['streamName', 'Stream'],
];

/** How long typing must pause before the feed is asked, in milliseconds. */
const PAUSE_MS = 250;

/** @param onChange is told what a person changed */
export function appFilters(
  { feed, readable, query }: FilterOptions,
  onChange: (change: Partial<AppQuery>) => void,
): HTMLElement {
  let equal = query.equal;
  const fields: HTMLElement[] = [];
  if (readable.has(SET, 'displayName')) fields.push(searchField(query.search, onChange));
  for (const [column, label] of CHOICES) {
    if (!readable.has(SET, column)) continue;
    const list = element('select', {}, element('option', { value: '' }, 'any'));
    list.addEventListener('change', () => {
      equal = { ...equal, [column]: list.value };
      onChange({ equal });
    });
    void fillChoices(list, column, { feed, chosen: query.equal[column] });
    fields.push(element('label', {}, label, list));
  }
  if (readable.has(SET, 'isGlobalReport')) fields.push(globalReportField(query, onChange));
  return element(
    'form',
    { class: 'fields', role: 'search', 'aria-label': 'Filter apps', onsubmit: stay },
    ...fields,
  );
}

function stay(event: Event): void {
  event.preventDefault();
}

function searchField(value: string, onChange: (change: Partial<AppQuery>) => void): HTMLElement {
  const field = element('input', {
    type: 'search',
    value,
    autocomplete: 'off',
    placeholder: 'part of a name',
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      onChange({ search: field.value.trim() });
    }, PAUSE_MS);
  });
  return element('label', {}, 'Name', field);
}

function globalReportField(query: AppQuery, onChange: (change: Partial<AppQuery>) => void): HTMLElement {
  const box = element('input', { type: 'checkbox', checked: query.withoutGlobalReport });
  box.addEventListener('change', () => {
    onChange({ withoutGlobalReport: box.checked });
  });
  return element('label', { class: 'check' }, box, 'Without the Global report, which repeats the others');
}

async function fillChoices(
  list: HTMLSelectElement,
  column: Choice,
  { feed, chosen }: { readonly feed: Feed; readonly chosen: string },
): Promise<void> {
  try {
    const rows = await feed.rows(valuesPath(column));
    const values = rows.map((row) => row[column]).filter((value) => typeof value === 'string');
    list.append(...values.map((value) => element('option', { value }, value)));
    list.value = chosen;
  } catch (thrown) {
    // The table below says what is wrong; a list without values is still a list.
    if (!(thrown instanceof FeedProblem)) throw thrown;
  }
}
