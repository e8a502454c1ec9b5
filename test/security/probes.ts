/**
 * The attack table: what a curious reader with a few grants may try. Each request, asked of both worlds, must be answered
 * byte for byte alike; and each tells the worlds apart for a reader who may read everything, so none of them is idle.
 */
import { ALPHA, BETA } from './two-worlds.js';

/** A request: a path below the service root, or more than that. */
export type Probe =
  | string
  | {
      readonly path: string;
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

const APP = `DiscoveredApps(tenantId='${ALPHA}',streamId='s1',id='1052')`;
const HIDDEN_APPS = `DiscoveredApps(tenantId='${ALPHA}',streamId='s1',id='000300')`;
const USAGE = 'DiscoveredApps?';

const boundary = 'b';
const multipart = (...urls: string[]) =>
  [
    ...urls.flatMap((url) => [
      `--${boundary}`,
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      `GET ${url} HTTP/1.1`,
      '',
      '',
    ]),
    `--${boundary}--`,
    '',
  ].join('\r\n');

/** What the probe is about, and the probe. */
export const PROBES: readonly (readonly [string, Probe])[] = [
  // Whole sets and their numbers
  ...[
    'DiscoveredApps',
    'DiscoveredAppsByPeriod',
    'Apps',
    'AppCategories',
    'Dates',
    'Tenants',
    'Streams',
    'AppDomains',
    'Refreshes',
  ].flatMap((set): [string, Probe][] => [
    [`all rows of ${set}`, set],
    [`how many rows ${set} has`, `${set}/$count`],
    [`the count beside the rows of ${set}`, `${set}?$count=true&$top=0`],
  ]),
  ['the length of a set, without its rows', { path: 'DiscoveredApps', method: 'HEAD' }],
  ['the length of one that is short', { path: 'Streams', method: 'HEAD' }],
  ['rows as CSV', 'DiscoveredApps?$format=csv'],
  ['rows as CSV, by Accept', { path: 'Refreshes', headers: { Accept: 'text/csv' } }],
  [
    'rows with full metadata',
    { path: 'Streams', headers: { Accept: 'application/json;odata.metadata=full' } },
  ],
  [
    'rows compressed: their length tells of repetition',
    { path: 'Apps', headers: { 'Accept-Encoding': 'gzip' } },
  ],
  [
    'whole rows compressed: where their blocks end tells what lies between them',
    { path: 'DiscoveredAppsByPeriod', headers: { 'Accept-Encoding': 'gzip' } },
  ],
  ['a set without a grant', 'StreamRefreshes'],
  ['how many rows a set without a grant has', 'StreamRefreshes/$count'],
  [
    'an entity of a set without a grant',
    `StreamRefreshes(refreshId='2026-11-10-111',tenantId='${ALPHA}',streamId='s1',period='P90D')`,
  ],
  ['a set whose key is hidden', 'AppTags'],
  // Keys and paths
  ['an entity that is granted', APP],
  ['an entity outside the row filter', HIDDEN_APPS],
  ['an entity of the hidden stream', `Streams(tenantId='${ALPHA}',id='vault')`],
  ['an entity of the hidden tenant', `Tenants('${BETA}')`],
  ['one that is there in one world only', `Streams(tenantId='${BETA}',id='s4')`],
  ['its property', `Streams(tenantId='${BETA}',id='s4')/appCount`],
  ['its raw value', `Tenants('${BETA}')/displayName/$value`],
  ['a path from an entity to its stream', `${APP}/stream`],
  ['a path from the stream to all usage', `Streams(tenantId='${ALPHA}',id='s1')/discoveredApps`],
  ['and how much there is', `Streams(tenantId='${ALPHA}',id='s1')/discoveredApps/$count`],
  ['a path through an entity that is hidden', `Streams(tenantId='${ALPHA}',id='vault')/discoveredApps`],
  ['a path into what is hidden by key', `Streams(tenantId='${ALPHA}',id='s1')/discoveredApps(id='000300')`],
  ['streams of the tenant', `Tenants('${ALPHA}')/streams`],
  ['refreshes of the tenant', `Tenants('${ALPHA}')/refreshes/$count`],
  ['runs of a refresh', `Refreshes('2026-11-10-111')/streamRefreshes`],
  ['tags by path', `${APP}/appTags`],
  ['domains by path', `Apps(tenantId='${ALPHA}',id='000300')/appDomains`],
  ['a hidden property by path', `${APP}/userCount`],
  ['its raw value', `${APP}/userCount/$value`],
  ['a hidden collection', `${APP}/tags`],
  ['how many values it has', `${APP}/tags/$count`],
  ['a copy of a hidden property', `${APP}/streamName/$value`],
  ['$entity by id', `$entity?$id=${encodeURIComponent(APP)}`],
  ['$entity by the id of a hidden row', `$entity?$id=${encodeURIComponent(`Tenants('${BETA}')`)}`],
  // References and conditions in paths
  ['references of all rows', 'Streams/$ref'],
  ['references by path', `Streams(tenantId='${ALPHA}',id='s1')/discoveredApps/$ref`],
  ['a reference by path', `${HIDDEN_APPS}/stream/$ref`],
  ['a reference to a hidden row', `${HIDDEN_APPS}/$ref`],
  ['expanded references', 'Tenants?$expand=streams/$ref'],
  ['references to hidden tags', 'Apps?$expand=appTags/$ref'],
  ['a condition in the path', 'DiscoveredApps/$filter(riskScore eq 0)'],
  ['how many rows a condition in the path lets through', 'DiscoveredApps/$filter(riskScore eq 0)/$count'],
  ['a condition on a hidden property in the path', 'DiscoveredApps/$filter(userCount gt 5)/$count'],
  ['the same by alias', 'DiscoveredApps/$filter(@p)/$count?@p=userCount gt 5'],
  ['division by zero in the path', 'DiscoveredApps/$filter(1 div riskScore gt 0)/$count'],
  [
    'a condition in a path of hidden rows',
    `Streams(tenantId='${ALPHA}',id='s1')/discoveredApps/$filter(category eq 'health')`,
  ],
  // $filter
  ['a filter on a hidden property', `${USAGE}$filter=userCount gt 5`],
  ['the same, negated', `${USAGE}$filter=not (userCount gt 5)`],
  ['the same, for null', `${USAGE}$filter=userCount eq null`],
  ['within a function', `${USAGE}$filter=round(userCount) eq 3`],
  ['within arithmetic', `${USAGE}$filter=deviceCount add userCount gt 3`],
  ['within case', `${USAGE}$filter=case(userCount gt 3:true,true:false)`],
  ['by a parameter alias', `${USAGE}$filter=@p gt 3&@p=userCount`],
  ['by $it', `${USAGE}$filter=$it/userCount gt 3`],
  ['by the name of the type', `${USAGE}$filter=DefenderDiscoveryFeed.DiscoveredApp/userCount gt 3`],
  ['on hidden tags', `${USAGE}$filter=tags/any(t:t eq 'Sanctioned')`],
  ['on how many hidden tags there are', `${USAGE}$filter=tags/$count gt 1`],
  ['on what is worked out from hidden tags', `${USAGE}$filter=isSanctioned`],
  ['on their text', `Apps?$filter=contains(tagsText,'M%26A')`],
  ['with `in` over a hidden collection', `${USAGE}$filter='Sanctioned' in tags`],
  ['on the copy of a hidden name', `${USAGE}$filter=startswith(streamName,'Project')`],
  [
    'on the hidden name behind a navigation property',
    `${USAGE}$filter=startswith(stream/displayName,'Project')`,
  ],
  [
    'on the hidden name within a lambda',
    `Tenants?$filter=streams/any(s:startswith(s/displayName,'Project'))`,
  ],
  ['on what only hidden rows have', `${USAGE}$filter=riskScore eq 0`],
  ['division by zero in hidden rows', `${USAGE}$filter=100 div riskScore gt 0`],
  ['division by zero behind a lambda', `Streams?$filter=discoveredApps/any(a:100 div a/riskScore gt 0)`],
  ['division by zero in another set', `Streams?$filter=100 div logFileCount gt 0`],
  ['a length in hidden texts', `${USAGE}$filter=100 div (length(displayName) sub 23) ne 0`],
  ['a number that only hidden rows make inexact', `${USAGE}$filter=transactionCount gt 1000`],
  ['any over hidden rows', `Streams?$filter=discoveredApps/any(a:a/riskScore eq 0)`],
  ['all over hidden rows', `Streams?$filter=discoveredApps/all(a:a/riskScore gt 0)`],
  ['any without a condition, which counts rows of all tenants', `Tenants?$filter=streams/any()`],
  ['counting over navigation', `Streams?$filter=discoveredApps/$count gt 20`],
  ['counting with a condition', `Streams?$filter=discoveredApps/$count($filter=riskScore eq 0) gt 0`],
  ['counting with a search', `Streams?$filter=discoveredApps/$count($search=secret) gt 0`],
  [
    'a lambda within a lambda',
    `Tenants?$filter=streams/any(s:s/discoveredApps/any(a:contains(a/displayName,'secret')))`,
  ],
  ['apps by the usage of hidden streams', `Apps?$filter=usage/$count gt 2`],
  ['apps by hidden domains', `Apps?$filter=appDomains/any(d:contains(d/domain,'secret'))`],
  ['tags by a lambda over navigation', `Apps?$filter=appTags/any(t:t/tag eq 'Sanctioned')`],
  ['categories that hidden rows name', `AppCategories?$filter=isKnown eq false`],
  ['days before what may be seen', `Dates?$filter=year lt 2025&$count=true`],
  ['refreshes by a hidden message', `Refreshes?$filter=errorMessage ne null`],
  [
    'the limit of work, which hidden rows would exceed',
    "Streams?$filter=discoveredApps/all(a:a/stream/discoveredApps/all(b:b/stream/discoveredApps/all(c:c/id ne '')))",
  ],
  [
    'the limit of expanded rows, which hidden rows would exceed',
    'Streams?$select=id&$expand=discoveredApps($select=id;$expand=stream($select=id;$expand=discoveredApps($select=id;$expand=stream($select=id;$expand=discoveredApps/$count))))',
  ],
  // $orderby, $top, $skip and pages
  ['an order by a hidden property', `${USAGE}$orderby=userCount desc&$top=3`],
  ['an order by an expression over it', `${USAGE}$orderby=deviceCount sub userCount&$top=3`],
  ['an order by how many hidden tags there are', `${USAGE}$orderby=tags/$count desc&$top=3`],
  ['an order by the hidden name of the stream', `${USAGE}$orderby=stream/displayName&$top=3`],
  ['the first row in an order where hidden rows come first', `${USAGE}$orderby=riskScore&$top=1`],
  ['the last row', `${USAGE}$orderby=transactionCount desc&$top=1`],
  ['a row by its place', `${USAGE}$skip=14&$top=1`],
  ['an order by related rows that are hidden', `Streams?$orderby=discoveredApps/$count desc,id`],
  ['an order by a rank among all texts', `${USAGE}$orderby=displayName desc&$top=2&$count=true`],
  ['a small page and its link', { path: `${USAGE}$select=id`, headers: { Prefer: 'maxpagesize=5' } }],
  [
    'a small page in another order',
    { path: `${USAGE}$orderby=transactionCount desc&$select=id`, headers: { Prefer: 'maxpagesize=4' } },
  ],
  // $search
  ['a search for what only hidden rows say', `${USAGE}$search=secret&$count=true`],
  ['a search for a hidden tag', `Apps?$search=Sanctioned`],
  ['a search that leaves rows out', `${USAGE}$search=NOT Sanctioned`],
  ['a search for the hidden name of the stream', `Streams?$search=Nightingale OR Office`],
  ['a search for its copy', `${USAGE}$search=Nightingale`],
  // $select, $compute
  ['the hidden property selected', `${USAGE}$select=id,userCount`],
  ['everything selected', `${USAGE}$select=*`],
  ['the type and everything', `Apps?$select=DefenderDiscoveryFeed.*`],
  ['the hidden property computed', `${USAGE}$compute=userCount add 1 as more&$select=id,more`],
  ['the hidden property behind a computed name', `${USAGE}$compute=isSanctioned as ok&$filter=ok`],
  [
    'hidden rows counted by a computed property',
    `Streams?$compute=discoveredApps/$count as size&$select=id,size`,
  ],
  [
    'hidden rows asked for by a computed property',
    `Streams?$compute=discoveredApps/any(a:a/riskScore eq 0) as bad&$select=id,bad`,
  ],
  ['a part of a hidden collection', 'DiscoveredApps?$select=id,tags($top=1)'],
  [
    'a part of a hidden collection by its values',
    "Apps?$select=id,tags($filter=startswith($this,'M');$count=true)",
  ],
  [
    'a part of a collection that is granted',
    "Apps?$select=id,domains($filter=contains($this,'secret');$count=true)",
  ],
  // $expand
  [
    'expanded rows beside the row that expands them',
    'Streams?$expand=discoveredApps($filter=riskScore gt $it/logFileCount;$select=id)',
  ],
  [
    'the same by a hidden property of that row',
    'Streams?$expand=discoveredApps($filter=displayName lt $it/displayName;$select=id)',
  ],
  [
    'whether a related row is there',
    'DiscoveredAppsByPeriod?$filter=stream ne null and app ne null&$count=true',
  ],
  ['usage expanded into streams', `Streams?$expand=discoveredApps($select=id;$top=3;$count=true)`],
  ['everything expanded', `Apps?$expand=*&$top=3`],
  ['hidden streams expanded into tenants', `Tenants?$expand=streams`],
  ['the count of what would be expanded', `Tenants?$expand=streams/$count`],
  ['an expansion within an expansion', `Tenants?$expand=streams($expand=discoveredApps($top=2))`],
  ['a set without a grant expanded', `Refreshes?$expand=streamRefreshes`],
  ['a hidden property within an expansion', `Streams?$expand=discoveredApps($select=userCount)`],
  ['a filter on one within an expansion', `Streams?$expand=discoveredApps($filter=userCount gt 1)`],
  ['a search within an expansion', `Streams?$expand=discoveredApps($search=secret)`],
  ['an expansion into hidden tags', `Apps?$expand=appTags`],
  ['an expansion to one', `${USAGE}$expand=stream&$top=2`],
  [
    'division by zero within an expansion',
    `Streams?$expand=discoveredApps($filter=1 div riskScore gt 0;$top=1)`,
  ],
  // $apply
  ['a sum over hidden rows', `${USAGE}$apply=aggregate(transactionCount with sum as Total)`],
  ['how many there are', `${USAGE}$apply=aggregate($count as Rows)`],
  ['the largest', `${USAGE}$apply=aggregate(transactionCount with max as Most,riskScore with min as Least)`],
  ['distinct values', `${USAGE}$apply=aggregate(category with countdistinct as Categories)`],
  ['a sum of a hidden property', `${USAGE}$apply=aggregate(userCount with sum as Total)`],
  ['a largest of a hidden property', `${USAGE}$apply=aggregate(userCount with max as Most)`],
  ['groups that only hidden rows form', `${USAGE}$apply=groupby((category),aggregate($count as Rows))`],
  ['groups by a hidden property', `${USAGE}$apply=groupby((userCount))`],
  ['groups by what shows it', `Apps?$apply=groupby((isSanctioned),aggregate($count as Rows))`],
  ['groups by the hidden name of the stream', `${USAGE}$apply=groupby((stream/displayName))`],
  ['groups by its copy', `${USAGE}$apply=groupby((streamName))`],
  ['groups of domains', `AppDomains?$apply=groupby((domain),aggregate($count as Apps))`],
  ['groups by tenant', `Refreshes?$apply=groupby((tenantId),aggregate(rowCount with sum as Rows))`],
  [
    'groups by a navigation property into hidden rows',
    `${USAGE}$apply=groupby((app/displayName))/topcount(3,app/displayName)`,
  ],
  ['the top of hidden rows', `${USAGE}$apply=topcount(2,transactionCount)`],
  [
    'a share of a total that hidden rows make',
    `${USAGE}$apply=toppercent(50,transactionCount)/aggregate($count as Rows)`,
  ],
  ['a filter within $apply', `${USAGE}$apply=filter(riskScore eq 0)/aggregate($count as Rows)`],
  [
    'a filter on a hidden property within $apply',
    `${USAGE}$apply=filter(userCount gt 3)/aggregate($count as Rows)`,
  ],
  ['a search within $apply', `${USAGE}$apply=search(secret)/aggregate($count as Rows)`],
  [
    'a computed hidden property within $apply',
    `${USAGE}$apply=compute(userCount as u)/aggregate(u with sum as Total)`,
  ],
  [
    'division by zero within $apply',
    `${USAGE}$apply=compute(1 div riskScore as share)/aggregate(share with sum as Total)`,
  ],
  ['rolled up', `${USAGE}$apply=groupby((rollup(streamId,category)),aggregate($count as Rows))`],
  ['two branches', `${USAGE}$apply=concat(aggregate($count as Rows),topcount(1,riskScore))`],
  ['$apply, counted', `${USAGE}$apply=groupby((streamId,category))&$count=true`],
  // Point in time, batches, posted queries
  ['another point in time', `DiscoveredApps/$count?asof=1-abcdef`],
  [
    'a batch in JSON',
    {
      path: '$batch',
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        requests: [
          { id: '1', method: 'get', url: 'DiscoveredApps/$count' },
          { id: '2', method: 'get', url: 'StreamRefreshes' },
          { id: '3', method: 'get', url: `Tenants('${BETA}')` },
          { id: '4', method: 'get', url: 'DiscoveredApps?$orderby=userCount&$top=1' },
        ],
      }),
    },
  ],
  [
    'a batch of parts',
    {
      path: '$batch',
      method: 'POST',
      headers: { 'Content-Type': `multipart/mixed;boundary=${boundary}`, Prefer: 'continue-on-error' },
      body: multipart(
        'Streams?$expand=discoveredApps($top=1)',
        'AppTags/$count',
        'DiscoveredApps?$select=userCount',
        'Dates/$count',
      ),
    },
  ],
  [
    'an entity of a batch that a later request goes on from',
    {
      path: '$batch',
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        requests: [
          { id: '1', method: 'get', url: `Streams(tenantId='${ALPHA}',id='vault')` },
          { id: '2', method: 'get', url: '$1/discoveredApps/$count', dependsOn: ['1'] },
        ],
      }),
    },
  ],
  [
    'a query that is posted',
    {
      path: 'DiscoveredApps/$query',
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: '$filter=userCount gt 3',
    },
  ],
  [
    'a posted query over hidden rows',
    {
      path: 'DiscoveredApps/$query',
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: '$filter=riskScore eq 0&$count=true',
    },
  ],
];
