import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { effectiveConfig } from '../../src/config/effective-config.js';
import { readsProperty } from '../../src/model/grants.js';
import { setOf } from '../../src/model/catalog.js';
import { load, mistakesOf } from './configuration.js';

const TENANT = '11111111-2222-3333-4444-555555555555';
const CLIENT = '66666666-7777-8888-9999-000000000000';
const SHA = 'ab'.repeat(32);
const REST = {
  tenants: [{ tenantId: TENANT, clientId: CLIENT, clientSecret: 'hush' }],
  apiKeys: [{ name: 'powerbi', sha256: SHA }],
};

const withGrants = (...grants: unknown[]) => ({ file: { ...REST, grants } });
const grant = (members: object) => withGrants({ to: ['key:powerbi'], ...members });

/** [what is wrong, the configuration, the one line that must come out] */
const WRONG: [string, ReturnType<typeof withGrants>, RegExp][] = [
  [
    'an entry that is no object',
    withGrants('DiscoveredApps'),
    /^grants\[0\]: is not an object\. Example: \{"to"/,
  ],
  ['nobody', withGrants({ sets: ['Apps'] }), /^grants\[0\]: says to nobody\. Add "to"/],
  [
    'an unknown member',
    grant({ set: ['Apps'] }),
    /^grants\[0\]\.set: a grant has no such member\. Did you mean 'sets'\?$/,
  ],
  [
    'a text for a list',
    grant({ sets: 'Apps' }),
    /^grants\[0\]\.sets: 'Apps' is not a list of texts, or is empty\./,
  ],
  [
    'an empty list',
    grant({ tenants: [] }),
    /^grants\[0\]\.tenants: \[\] is not a list of texts, or is empty\./,
  ],
  [
    'a reader of no kind',
    withGrants({ to: ['powerbi'] }),
    /^grants\[0\]\.to: 'powerbi' names no reader\. Accepted: key:<name>, basic:<name>/,
  ],
  [
    'a key that is not configured',
    withGrants({ to: ['key:powerbl'] }),
    /^grants\[0\]\.to: API_KEYS has no 'powerbl'\. Did you mean 'powerbi'\?$/,
  ],
  [
    'a user that is not configured',
    withGrants({ to: ['basic:ann'] }),
    /^grants\[0\]\.to: BASIC_USERS have no 'ann'\. There are none\.$/,
  ],
  [
    'a reader who stands in an earlier grant',
    withGrants({ to: ['key:powerbi'], sets: ['Apps'] }, { to: ['key:powerbi'] }),
    /^grants\[1\]\.to: 'key:powerbi' stands in grants\[0\] already, and the first grant .* decides$/,
  ],
  [
    'a reader behind everybody',
    withGrants({ to: ['*'], sets: ['Apps'] }, { to: ['key:powerbi'] }),
    /^grants\[1\]\.to: 'key:powerbi' comes after '\*' in grants\[0\], and the first grant .* decides$/,
  ],
  [
    'a tenant that is not polled',
    grant({ tenants: [`${TENANT.slice(0, -1)}6`] }),
    /^grants\[0\]\.tenants: '1.*6' is none of the tenants that are polled\. Did you mean '1.*5'\?$/,
  ],
  [
    'an unknown set',
    grant({ sets: ['DiscoverdApps'] }),
    /^grants\[0\]\.sets: there is no entity set 'DiscoverdApps'\. Did you mean 'DiscoveredApps'\?$/,
  ],
  [
    'a property without its set',
    grant({ hide: ['userCount'] }),
    /^grants\[0\]\.hide: 'userCount' is no Set\/property\. Example: "DiscoveredApps\/userCount"$/,
  ],
  [
    'an unknown property',
    grant({ hide: ['DiscoveredApps/usercount'] }),
    /^grants\[0\]\.hide: DiscoveredApps has no property 'usercount'\. Did you mean 'DiscoveredApps\/userCount'\?$/,
  ],
  [
    'a key property',
    grant({ hide: ['AppTags/tag'] }),
    /^grants\[0\]\.hide: 'AppTags\/tag' is part of a key or a relationship .* Leave AppTags out of "sets" instead$/,
  ],
  [
    'a property that relates sets, and is no key',
    grant({ hide: ['Refreshes/tenantId'] }),
    /^grants\[0\]\.hide: 'Refreshes\/tenantId' is part of a key or a relationship/,
  ],
  [
    'a navigation property',
    grant({ hide: ['Apps/appTags'] }),
    /^grants\[0\]\.hide: 'Apps\/appTags' is a navigation property\. Leave AppTags out of "sets" instead$/,
  ],
  [
    'a filter with an unknown property',
    grant({ rows: { DiscoveredApps: 'riskScore gt 3 and usercount gt 1' } }),
    /^grants\[0\]\.rows\.DiscoveredApps: 'risk.*' is no filter of DiscoveredApps: Unknown property 'usercount' at position 19 in \$filter\. Did you mean 'userCount'\?$/,
  ],
  [
    'a filter that does not parse',
    grant({ rows: { DiscoveredApps: 'riskScore gt' } }),
    /^grants\[0\]\.rows\.DiscoveredApps: .* is no filter of DiscoveredApps: .* at position 12 in \$filter\./,
  ],
  [
    'a filter that is no condition',
    grant({ rows: { DiscoveredApps: 'riskScore' } }),
    /^grants\[0\]\.rows\.DiscoveredApps: 'riskScore' is no filter of DiscoveredApps: /,
  ],
  [
    'a filter that looks at the clock',
    grant({ rows: { DiscoveredApps: "lastSeenDateTime gt now() sub duration'P30D'" } }),
    /^grants\[0\]\.rows\.DiscoveredApps: .* A row filter cannot call now\(\)\. Name a date/,
  ],
  [
    'a filter with a pattern',
    grant({ rows: { Apps: "appTags/any(t:matchesPattern(t/tag,'^HR'))" } }),
    /^grants\[0\]\.rows\.Apps: .* A row filter cannot call matchesPattern\(\)\. Use contains/,
  ],
  [
    'an empty filter',
    grant({ rows: { DiscoveredApps: '' } }),
    /^grants\[0\]\.rows\.DiscoveredApps: '' is no filter of DiscoveredApps: /,
  ],
  [
    'a filter that is no text',
    grant({ rows: { DiscoveredApps: true } }),
    /^grants\[0\]\.rows\.DiscoveredApps: true is not a text\.$/,
  ],
  [
    'a filter of an unknown set',
    grant({ rows: { Discovered: 'true' } }),
    /^grants\[0\]\.rows: there is no entity set 'Discovered'\./,
  ],
  [
    'a filter of a set that is not granted',
    grant({ sets: ['Apps'], rows: { Streams: 'isGlobalReport' } }),
    /^grants\[0\]\.rows: Streams is not granted, so there is nothing to filter\. Leave it out$/,
  ],
  [
    'a set whose key shows what is hidden',
    grant({ sets: ['Apps', 'AppTags'], hide: ['Apps/tags'] }),
    /^grants\[0\]\.sets: AppTags cannot be read: its key shows what "hide" hides\. Leave it out$/,
  ],
  [
    'a set whose key tells the moment that is hidden',
    grant({ sets: ['Apps', 'Refreshes'], hide: ['Refreshes/startDateTime'] }),
    /^grants\[0\]\.sets: Refreshes cannot be read: its key shows what "hide" hides\. Leave it out$/,
  ],
  [
    'nothing that can be read',
    grant({ sets: ['AppTags'], hide: ['Apps/tags'] }),
    /^grants\[0\]: leaves no entity set to read$/,
  ],
  ['a text for the list of grants', { file: { ...REST, grants: ['x'].join() as never } }, /is not a list/],
];

describe('A wrong grant', () => {
  it.each(WRONG)('is refused at start: %s', (_what, pieces, line) => {
    expect(mistakesOf(pieces)).toEqual([expect.stringMatching(line)]);
  });

  it('is reported with all other mistakes of the configuration', () => {
    const lines = mistakesOf({
      env: { PORT: '80a' },
      file: { ...REST, grants: [{ to: ['bob'], sets: ['App'], hide: ['x'], rows: { Apps: 'no' } }] },
    });
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'port',
      'grants[0].sets',
      'grants[0].hide',
      'grants[0].rows.Apps',
      'grants[0].to',
    ]);
  });
});

describe('Grants', () => {
  it('hide with a property all that shows the same, in every set', () => {
    const { grants } = load(grant({ hide: ['Apps/tags', 'DiscoveredApps/uploadNetworkTrafficInBytes'] }));
    const hiddenIn = (set: 'DiscoveredApps' | 'Apps') =>
      setOf(set)
        .type.properties.filter((property) => !readsProperty(grants[0]!.grants, property))
        .map(({ name }) => name);
    const ofTags = ['tags', 'tagsText', 'isSanctioned', 'isUnsanctioned'];
    expect(hiddenIn('Apps')).toEqual(ofTags);
    expect(hiddenIn('DiscoveredApps')).toEqual([
      ...ofTags,
      'uploadNetworkTrafficInBytes',
      'totalNetworkTrafficInBytes',
    ]);
  });

  it('have an id that says what they are, whatever the order in which it is written', () => {
    const idOf = (members: object) => load(grant(members)).grants[0]!.grants.id;
    const id = idOf({ sets: ['Apps', 'Streams'], rows: { Apps: 'riskScore gt 1', Streams: 'true' } });
    expect(id).toMatch(/^[\w-]{12}$/);
    expect(idOf({ rows: { Streams: 'true', Apps: 'riskScore gt 1' }, sets: ['Streams', 'Apps'] })).toBe(id);
    expect(idOf({ sets: ['Apps', 'Streams'], rows: { Apps: 'riskScore gt 2', Streams: 'true' } })).not.toBe(
      id,
    );
    expect(idOf({})).toBe('all');
  });

  it('are printed as they work: what is hidden is spelled out', () => {
    const settings = load(grant({ sets: ['Streams', 'DiscoveredApps'], hide: ['Streams/displayName'] }));
    expect(effectiveConfig(settings).grants).toEqual({
      value: [
        {
          to: ['key:powerbi'],
          tenants: '*',
          sets: ['DiscoveredApps', 'Streams'],
          hide: ['DiscoveredApps/streamName', 'Streams/displayName'],
          rows: {},
        },
      ],
      source: '"grants" in feed.json',
    });
  });

  it('warn when filtered rows show in other sets', () => {
    const { warnings } = load(
      grant({
        sets: ['DiscoveredApps', 'Apps', 'Dates', 'Streams'],
        rows: { DiscoveredApps: 'isGlobalReport' },
      }),
    );
    expect(warnings).toEqual([
      'The grant to key:powerbi filters rows of DiscoveredApps, but not of Apps, where the same shows. Filter these too, or leave them out of "sets".',
    ]);
  });

  it('warn when readers are let in whom none names', () => {
    const anonymous = (to: string) =>
      load({ file: { ...REST, allowAnonymous: true, grants: [{ to: [to], sets: ['Apps'] }] } }).warnings;
    expect(anonymous('key:powerbi')).toEqual([
      "Readers without a credential are let in, but no grant is to 'anonymous' or '*': all are refused.",
    ]);
    expect(anonymous('anonymous')).toEqual([]);
    expect(anonymous('*')).toEqual([]);
  });

  it('take object ids in any case, and the sample tenant whose id nobody knows yet', () => {
    const { grants } = load({
      file: { grants: [{ to: ['group:ABCD', 'entra:EF', 'role:Feed.Read'], tenants: ['contoso.com'] }] },
    });
    expect(grants[0]!.to).toEqual(['group:abcd', 'entra:ef', 'role:Feed.Read']);
  });
});

describe('docs/grants.md', () => {
  const blocks = readFileSync('docs/grants.md', 'utf8').matchAll(/```json\n(.*?)```/gs);
  const examples = [...blocks].map(([, json]) => JSON.parse(json!) as { grants?: unknown[] });

  it.each(examples)('has examples that are right: %j', (example) => {
    const fabrikam = { ...REST.tenants[0], tenantId: 'fabrikam.onmicrosoft.com' };
    const { grants } = load({
      file: {
        tenants: [...REST.tenants, fabrikam],
        apiKeys: [{ name: 'power-bi', sha256: SHA }],
        grants: example.grants ?? [example],
      },
    });
    expect(grants.length).toBeGreaterThan(0);
  });
});
