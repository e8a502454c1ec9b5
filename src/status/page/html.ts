/**
 * The page as it arrives, before any script runs: everything that connects a person works without one. Data comes later,
 * by the scripts in browser/, which find the sections by their ids.
 */
import { findSet } from '../../model/catalog.js';
import { connecting, isOwnMachine, type CredentialKind } from './connect-steps.js';

/** What the page says. */
export interface PageContent {
  /** URL of the service root as this visitor reaches it, with a slash at its end. */
  readonly root: string;
  readonly isSample: boolean;
  /** Kinds of credentials that this server accepts, at least one. */
  readonly kinds: readonly CredentialKind[];
  readonly keyParameter: string;
  /** Names of sets that a visitor without a credential may know of. */
  readonly sets: readonly string[];
}

/** The whole document. */
export function pageHtml(content: PageContent): string {
  const { root, kinds, isSample } = content;
  const own = escapeHtml(ownPath(root));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Defender Discovery Feed</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${own}page/style.css">
<script src="${own}page/chart.js" defer></script>
<script type="module" src="${own}page/app.js"></script>
</head>
<body data-root="${escapeHtml(root)}" data-kinds="${escapeHtml(kinds.join(','))}">
<a class="skip" href="#main">Skip to content</a>
<header>
<p class="brand">Defender Discovery Feed</p>
<nav aria-label="Sections"><a href="#connect">Connect</a> <a href="#charts">At a glance</a> <a href="#apps">Apps</a> <a href="#freshness">Freshness</a></nav>
</header>
<main id="main" tabindex="-1">
<h1>Cloud apps in use, as a feed for Power BI and Excel</h1>
<p class="lead">What Microsoft Defender for Cloud Apps discovered, readable by anything that speaks OData.</p>
${isSample ? '<p class="note" role="note"><strong>Sample tenant.</strong> Every row is made up. The README says how to connect a real tenant.</p>' : ''}
<noscript><p class="note">This page shows data by JavaScript. The feed itself, the files and the steps below work without.</p></noscript>
<section id="health" class="health" aria-label="Is the data fresh?"><p class="unknown">Looking whether the data is fresh …</p></section>
<section id="sign-in" aria-labelledby="sign-in-title" hidden><h2 id="sign-in-title">Sign in to see the data</h2></section>
${connectSection(content)}
<section id="charts" aria-labelledby="charts-title" hidden><h2 id="charts-title">At a glance</h2><div class="charts"></div></section>
<section id="apps" aria-labelledby="apps-title" hidden><h2 id="apps-title">Discovered apps</h2></section>
<section id="freshness" aria-labelledby="freshness-title" hidden><h2 id="freshness-title">Streams and refreshes</h2></section>
${tablesSection(content)}
</main>
<dialog id="app-detail" aria-labelledby="app-title"></dialog>
<p id="announcements" class="unseen" role="status" aria-live="polite"></p>
</body>
</html>
`;
}

function connectSection(content: PageContent): string {
  const { root, kinds, keyParameter } = content;
  const url = escapeHtml(root);
  const own = escapeHtml(ownPath(root));
  const many = kinds.length > 1 ? '<p>This server accepts several credentials. Choose yours:</p>' : '';
  const local = isOwnMachine(root)
    ? '<p class="hint">This address works on this machine only. Set <code>PUBLIC_URL</code> to give others one.</p>'
    : '';
  const forKeys = kinds.includes('Web API')
    ? '<p class="hint">With an API key, use Excel’s file or the steps for <em>Web API</em>: a .pbids file has no room for the name of the key.</p>'
    : '';
  return `<section id="connect" aria-labelledby="connect-title">
<h2 id="connect-title">Connect</h2>
<div class="copyable"><code id="feed-url">${url}</code></div>
${local}
<p class="actions"><a class="button" href="${own}downloads/DiscoveryFeed.pbids" download>Open in Power BI Desktop</a> <a class="button" href="${own}downloads/DiscoveredApps.xlsx" download>Open in Excel</a></p>
<p class="hint">Small files with this address inside: no rows, no credential. Power BI and Excel ask you for one.</p>
${forKeys}
${many}
${kinds.map((kind, index) => stepsOf(kind, { root, keyParameter }, index === 0)).join('\n')}
</section>`;
}

/**
 * Where the page's own files begin. Below a path they are named from the host's root: a visitor may have come without the
 * slash at the end of the path, and a browser would look for them one step too high.
 */
function ownPath(root: string): string {
  const path = new URL('..', root).pathname;
  return path === '/' ? '' : path;
}

function stepsOf(
  kind: CredentialKind,
  options: { root: string; keyParameter: string },
  open: boolean,
): string {
  const { who, steps, schedule } = connecting(kind, options);
  const items = steps.map(
    ({ text, code }) =>
      `<li>${escapeHtml(text)}${code === undefined ? '' : `<div class="copyable"><code>${escapeHtml(code)}</code></div>`}</li>`,
  );
  return `<details class="steps"${open ? ' open' : ''}>
<summary><strong>${escapeHtml(kind)}</strong> <span>${escapeHtml(who)}</span></summary>
<ol>${items.join('')}</ol>
<p><strong>Scheduled refresh.</strong> ${escapeHtml(schedule)}</p>
</details>`;
}

function tablesSection({ root, sets }: PageContent): string {
  const url = escapeHtml(root);
  const heading = '<h2 id="tables-title">Tables of the feed</h2>';
  const list = sets.map(
    (name) =>
      `<dt><a href="${url}${name}">${name}</a></dt><dd>${escapeHtml(findSet(name)?.description ?? '')}</dd>`,
  );
  const body =
    sets.length === 0
      ? `<p>Which tables there are for you depends on who you are: <a href="${url}">sign in</a> to see them.</p>`
      : `<dl>${list.join('\n')}</dl>`;
  return `<section id="tables" aria-labelledby="tables-title">${heading}<div id="table-list">${body}</div>
<p class="hint"><a href="${url}$metadata">$metadata</a> describes every column. <code>npx discovery-feed explain "&lt;URL&gt;"</code> says what a URL means.</p></section>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
