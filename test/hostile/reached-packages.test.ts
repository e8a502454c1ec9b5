/** What of odata-v4-server's tree runs for requests, legal and hostile, counted by V8: docs/dependencies.md says the same. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Program } from '../cli/program.js';
import { textOf } from '../docs/repository.js';
import { ask } from './ask.js';
import { HOSTILE_REQUESTS } from './hostile-requests.js';

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
}
interface Report {
  readonly called: readonly { readonly file: string; readonly functions: readonly string[] }[];
  readonly loaded: readonly string[];
}

/** One of each kind of resource and format. */
const LEGAL = [
  '/odata/',
  '/odata/$metadata',
  '/odata/DiscoveredApps?$top=20&$filter=riskScore lt 8&$orderby=displayName&$count=true',
  '/odata/DiscoveredApps/$count',
  '/odata/DiscoveredApps?$apply=groupby((category),aggregate($count as n))',
  '/odata/DiscoveredApps?$expand=stream&$select=id',
  '/odata/Streams?$format=csv',
  "/odata/RiskLevels('high')",
  "/odata/RiskLevels('high')/displayName",
  "/odata/RiskLevels('high')/displayName/$value",
  '/odata/Tenants?$expand=streams',
];

let program: Program;
let report: Report;
beforeAll(async () => {
  program = await Program.compile();
  await copyFile('test/hostile/reached-packages.mjs', join(program.folder, 'reached-packages.mjs'));
  const env = { PORT: '0', DATA_DIR: await program.scratch(), SAMPLE_APPS: '40', POLL_CRON: '0 0 1 1 *' };
  const running = program.start([], env, 'reached-packages.mjs');
  const [, url = ''] = await running.says(/url (\S+)\n/);
  const port = Number(new URL(url).port);
  for (const path of LEGAL) expect([path, (await ask(port, path)).status]).toEqual([path, 200]);
  running.say('\n');
  await running.says(/counting\n/);
  for (const path of LEGAL) await ask(port, path);
  for (const [, request] of HOSTILE_REQUESTS) await ask(port, request).catch(() => undefined);
  running.say('\n');
  const [, told = ''] = await running.says(/report (.*)\n/);
  report = JSON.parse(told) as Report;
}, 180_000);
afterAll(() => program.remove());

const LOCK = (JSON.parse(textOf('package-lock.json')) as { packages: Record<string, Locked> }).packages;
const NEEDS = new Map(
  (
    JSON.parse(textOf('sbom.cdx.json')) as { dependencies: { ref: string; dependsOn: string[] }[] }
  ).dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]),
);
const HOST = 'odata-v4-server@0.2.13';

/** Everything that the product needs; what stands behind `without` only if something else needs it as well. */
function installed(without?: string): Set<string> {
  const reached = new Set<string>();
  const visit = (ref: string): void => {
    if (reached.has(ref) || ref === without) return;
    reached.add(ref);
    for (const next of NEEDS.get(ref) ?? []) visit(next);
  };
  visit([...NEEDS.keys()][0]!);
  return reached;
}

/** The package that a file belongs to. @param file `node_modules/a/node_modules/b/lib/c.js` */
function packageOf(file: string): string {
  const [path = ''] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return `${name}@${LOCK[path]!.version}`;
}

type State = 'runs' | 'loaded' | 'not loaded';

/** Packages that are there for odata-v4-server alone, itself included, and what becomes of them. */
function measured(): Record<string, State> {
  const others = installed(HOST);
  const own = [...installed()].filter((ref) => !others.has(ref)).sort();
  const running = new Set(report.called.map(({ file }) => packageOf(file)));
  const loaded = new Set(report.loaded.map(packageOf));
  return Object.fromEntries(
    own.map((ref) => [ref, running.has(ref) ? 'runs' : loaded.has(ref) ? 'loaded' : 'not loaded']),
  );
}

/** Functions of a package that ran. */
const functionsOf = (name: string) =>
  report.called
    .filter(({ file }) => packageOf(file).startsWith(`${name}@`))
    .flatMap(({ functions }) => functions);

describe('The packages that odata-v4-server brings', () => {
  it('run, are loaded, or are not, as docs/dependencies.md says', () => {
    const documented = [
      ...textOf('docs/dependencies.md').matchAll(/^\| (runs|loaded|not loaded) \| (.+?) \|/gm),
    ].flatMap(([, state, refs = '']) => [...refs.matchAll(/`([^`]+)`/g)].map(([, ref]) => [ref, state]));
    expect(Object.fromEntries(documented)).toEqual(measured());
  });

  it('are shown every hostile request, and no body, query or header of any', () => {
    expect(HOSTILE_REQUESTS.length).toBeGreaterThan(100);
    // It looks whether there is a body, and finds none: reading one would take these.
    expect(functionsOf('body-parser')).toEqual(['jsonParser']);
    expect(functionsOf('type-is')).toEqual(['hasbody']);
    for (const name of [
      'raw-body',
      'iconv-lite',
      'deepmerge',
      'cors',
      'odata-v4-metadata',
      'odata-v4-service-metadata',
    ])
      expect([
        name,
        report.called.filter(
          ({ file }) =>
            file.includes(`odata-v4-server/node_modules/${name}/`) ||
            (packageOf(file).startsWith(`${name}@`) && !installed(HOST).has(packageOf(file))),
        ),
      ]).toEqual([name, []]);
  });

  it('parse paths that we wrote, never an expression, an option or a body', () => {
    const parsers = report.called.filter(({ file }) => file.includes('node_modules/odata-v4-parser/'));
    const functions = (name: string) =>
      parsers.find(({ file }) => file.endsWith(`/${name}.js`))?.functions ?? [];
    expect(functions('resourcePath').length).toBeGreaterThan(5);
    expect([functions('query'), functions('json')]).toEqual([[], []]);
    // Keys are in the file of expressions; of the rest it looks whether `$count`, `$ref` or `$value` stands there.
    for (const name of functions('expressions'))
      expect(name).toMatch(/^(simple|compound)?[kK]ey|^(count|ref|value)Expr$/);
    // Its qs is asked about the query that we leave it: none.
    expect(functionsOf('qs').filter((name) => name.startsWith('parse'))).toEqual([]);
  });

  it('are overridden where ours are newer', () => {
    const versions = (name: string) =>
      Object.keys(LOCK).filter((path) => path.endsWith(`node_modules/${name}`) && LOCK[path]!.dev !== true);
    expect(versions('express')).toEqual(['node_modules/express']);
    expect(versions('reflect-metadata')).toEqual(['node_modules/reflect-metadata']);
  });
});
