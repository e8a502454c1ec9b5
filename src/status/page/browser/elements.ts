/** Elements from values. Text only ever becomes text: nothing that the feed says can become markup. */

type Child = Node | string;

/** Attributes by name; a listener by its event's name after `on`. False or undefined leaves an attribute out. */
export type Attributes = Readonly<
  Record<string, string | number | boolean | undefined | ((event: Event) => void)>
>;

/** @example element('a', {href: '#top'}, 'Up') */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.replace(/^on/, ''), value);
    else if (value !== undefined && value !== false)
      made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}

/** The element of the page with this id. @throws Error when the page's HTML has none: the two belong together */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}`);
  return found;
}

/**
 * A table with a caption for those who hear it; it scrolls sideways by itself, also from the keyboard.
 *
 * @param heads titles of columns; one that begins with `#` holds numbers
 */
export function dataTable(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Child[])[],
): HTMLElement {
  const isNumber = (index: number) => heads[index]?.startsWith('#') === true;
  const kind = (index: number) => ({ class: isNumber(index) ? 'number' : undefined });
  const cells = (row: readonly Child[]) =>
    row.map((cell, index) =>
      index === 0 ? element('th', { scope: 'row' }, cell) : element('td', kind(index), cell),
    );
  const titles = heads.map((head, index) =>
    element('th', { scope: 'col', ...kind(index) }, head.replace(/^#/, '')),
  );
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    element(
      'table',
      {},
      element('caption', { class: 'unseen' }, caption),
      element('thead', {}, element('tr', {}, ...titles)),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...cells(row)))),
    ),
  );
}

/** Says something to those who hear the page. */
export function announce(message: string): void {
  byId('announcements').textContent = message;
}
