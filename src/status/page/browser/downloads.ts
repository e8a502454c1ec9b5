/** Links to files, for visitors who signed in: a browser would not send their credential by itself. */
import { byId, element } from './elements.js';
import type { Feed } from './feed.js';
import { problemText } from './problem.js';

/** Fetches the files as the visitor; without a credential the links are left as they are. */
export function signDownloads(feed: Feed): void {
  for (const link of byId('connect').querySelectorAll<HTMLAnchorElement>('a[download]'))
    link.addEventListener('click', (event) => {
      if (!feed.isSignedIn) return;
      event.preventDefault();
      void save(feed, link);
    });
}

async function save(feed: Feed, link: HTMLAnchorElement): Promise<void> {
  const path = link.getAttribute('href') ?? '';
  try {
    const file = await (await feed.fetch(path)).blob();
    const url = URL.createObjectURL(file);
    element('a', { href: url, download: path.slice(path.lastIndexOf('/') + 1) }).click();
    URL.revokeObjectURL(url);
  } catch (thrown) {
    link.closest('p')?.after(problemText(thrown));
  }
}
