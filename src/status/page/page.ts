/**
 * The page at `/`: what this server is, and the four steps that connect Power BI or Excel. It holds no data of the feed:
 * whoever may not read the feed learns nothing here.
 */
import { createHash } from 'node:crypto';
import { Router, type Request } from 'express';
import type { EntitySet } from '../../model/edm.js';

/** What the page depends on. */
export interface PageOptions {
  /** URL of the service root as this visitor reaches it, with a slash at its end. */
  readonly serviceRoot: (request: Request) => string;
  /** True when the feed shows the built-in sample tenant. */
  readonly isSample: boolean;
  /** What a visitor without a credential may know of; empty where readers have to sign in for that. */
  readonly sets: readonly EntitySet[];
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
code { padding: .1em .3em; border: 1px solid; border-radius: .25rem; overflow-wrap: anywhere; }
.sample { padding: .5rem 1rem; border-left: .3rem solid; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; }
`;

/** Only the page's own style sheet is allowed: nothing else can load or run. */
const SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** Route `/`. */
export function pageRoutes(options: PageOptions): Router {
  const router = Router();
  router.get('/', (request, response) => {
    response
      .set({
        'Content-Security-Policy': SECURITY_POLICY,
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-cache',
      })
      .type('html')
      .send(html(options.serviceRoot(request), options));
  });
  return router;
}

function html(root: string, { isSample, sets }: PageOptions): string {
  const url = escapeHtml(root);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Defender Discovery Feed</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Defender Discovery Feed</h1>
${isSample ? '<p class="sample" role="note"><strong>Sample tenant.</strong> Every row is made up. The README says how to connect a real tenant.</p>' : ''}
<p>Cloud apps that Microsoft Defender for Cloud Apps discovered, as an OData v4 feed:</p>
<p><code>${url}</code></p>
<h2>Connect Power BI Desktop or Excel</h2>
<ol>
<li>Power BI Desktop: <em>Home → Get data → OData feed</em>. Excel: <em>Data → Get Data → From Other Sources → From OData Feed</em>.</li>
<li>Paste the address above and choose <em>OK</em>.</li>
<li>Choose the kind of credential that your administrator gave you (on this machine alone: <em>Anonymous</em>), then <em>Connect</em>.</li>
<li>Tick <em>DiscoveredApps</em> and the tables you want beside it, then <em>Load</em>.</li>
</ol>
<h2>Tables</h2>
${tables(url, sets)}
</main>
</body>
</html>
`;
}

function tables(url: string, sets: readonly EntitySet[]): string {
  if (sets.length === 0)
    return `<p>Which tables there are for you depends on who you are: <a href="${url}">sign in</a> to see them.</p>`;
  const link = (name: string) => `<a href="${url}${name}">${name}</a>`;
  const list = sets.map(
    ({ name, description }) => `<dt>${link(name)}</dt><dd>${escapeHtml(description)}</dd>`,
  );
  const freshness = ['Tenants', 'Streams', 'Refreshes'].filter((each) =>
    sets.some(({ name }) => name === each),
  );
  const fresh =
    freshness.length === 0 ? '' : `<p>Is the data fresh? See ${freshness.map(link).join(', ')}.</p>`;
  return `<dl>\n${list.join('\n')}\n</dl>\n${fresh}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
