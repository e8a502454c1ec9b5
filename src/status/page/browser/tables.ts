/** The list of tables: those that this visitor may read. */
import { byId, element } from './elements.js';
import type { Readable } from './readable.js';

/** Fills the list; before somebody reads, it is what the server wrote there for strangers. */
export function showTables(root: string, readable: Readable): void {
  const items = [...readable.sets].flatMap(([name, description]) => [
    element('dt', {}, element('a', { href: root + name }, name)),
    element('dd', {}, description),
  ]);
  byId('table-list').replaceChildren(element('dl', {}, ...items));
}
