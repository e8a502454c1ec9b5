/** Lists in header fields: elements, parameters and quoted strings (RFC 9110 sections 5.6.1, 5.6.4 and 5.6.6). */

import { remembered } from './remembered.js';

/** One element of a list header: `name=value;parameter=value`. Names are in lower case, values unquoted. */
export interface HeaderElement {
  readonly name: string;
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Elements of a list header in the order in which they stand; empty ones are left out.
 *
 * @example parseHeaderList('a/b;q=0.5, c="d,e"') → [{name: 'a/b', …}, {name: 'c', value: 'd,e', …}]
 */
export const parseHeaderList = remembered((header: string): readonly HeaderElement[] => {
  const elements: HeaderElement[] = [];
  for (const element of splitOutsideQuotes(header, ',')) {
    const [head = '', ...rest] = splitOutsideQuotes(element, ';');
    const [name, value] = nameAndValue(head);
    if (name === '') continue;
    elements.push({ name, value, parameters: new Map(rest.map(nameAndValue)) });
  }
  return elements;
});

function nameAndValue(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at === -1) return [text.trim().toLowerCase(), ''];
  return [text.slice(0, at).trim().toLowerCase(), unquoted(text.slice(at + 1).trim())];
}

function unquoted(value: string): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  return value.slice(1, -1).replace(/\\(.)/g, '$1');
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === separator) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}
