/** What headers mean, remembered by their text: a client sends the same Accept, Prefer and Accept-Encoding each time. */
import { LRUCache } from 'lru-cache';

/** Texts that are remembered at once. */
const TEXTS = 200;

/** Longer texts are read each time: they are nobody's habit, and would fill the memory. */
const LONGEST_TEXT = 512;

/** The same function, which remembers what it said of the last texts; what it returns must not be changed by anybody. */
export function remembered<T extends object | string>(read: (text: string) => T): (text: string) => T {
  const known = new LRUCache<string, T>({ max: TEXTS });
  return (text) => {
    if (text.length > LONGEST_TEXT) return read(text);
    let meaning = known.get(text);
    if (meaning === undefined) {
      meaning = read(text);
      known.set(text, meaning);
    }
    return meaning;
  };
}
