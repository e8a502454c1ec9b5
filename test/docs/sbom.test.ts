import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { ROOT, textOf } from './repository.js';

interface Component {
  readonly 'bom-ref': string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[];
}
interface Bom {
  readonly metadata: { readonly component: { readonly 'bom-ref': string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}
interface Locked {
  readonly version: string;
  readonly integrity: string;
  readonly dev?: boolean;
}

const BOM = JSON.parse(textOf('sbom.cdx.json')) as Bom;
const LOCK = (JSON.parse(textOf('package-lock.json')) as { packages: Record<string, Locked> }).packages;
const INSTALLED = Object.entries(LOCK).filter(([path, { dev }]) => path !== '' && dev !== true);
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
const needsOf = new Map(BOM.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));

/** Licences that a program under MIT may bring along, whatever is made of it; of several, one of them is chosen. */
const PERMITTED = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Python-2.0',
  'Zlib',
]);
const isPermitted = (licence: string): boolean => {
  const bare = licence.replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' OR ')) return bare.split(' OR ').some(isPermitted);
  return bare.split(' AND ').every((one) => PERMITTED.has(one));
};

function schemaCheck() {
  const folder = join(ROOT, 'node_modules/@cyclonedx/cyclonedx-library/res/schema');
  const schema = (name: string) =>
    JSON.parse(readFileSync(join(folder, `${name}.SNAPSHOT.schema.json`), 'utf8')) as object;
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema({ ...schema(name), $id: `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json` });
  return ajv.compile(schema('bom-1.6'));
}

/** As Node finds a package on disk; `undefined` for one that is not installed. */
function onDisk(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (existsSync(join(ROOT, path, 'package.json'))) return path;
    if (folder === '') return undefined;
  }
}

describe('The bill of materials', () => {
  it('and the list of licences are what the lock file gives: npm run sbom', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
    try {
      const env = { ...process.env, SBOM_FOLDER: folder };
      execFileSync(process.execPath, [join(ROOT, 'scripts/write-sbom.mjs')], { env });
      for (const path of ['sbom.cdx.json', 'docs/licences.md'])
        expect(readFileSync(join(folder, path), 'utf8') === textOf(path)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is CycloneDX 1.6 by its schema, which would find a fault', () => {
    const check = schemaCheck();
    expect([check(BOM), check.errors]).toEqual([true, null]);
    const [first] = BOM.components;
    expect(check({ ...BOM, components: [{ ...first, licenses: [{ license: { id: 'NO-SUCH' } }] }] })).toBe(
      false,
    );
    expect(check({ ...BOM, components: [{ ...first, hashes: [{ alg: 'SHA-512', content: 'xyz' }] }] })).toBe(
      false,
    );
    expect(check({ ...BOM, components: [first, first] })).toBe(false);
  });

  it('has every package that is installed with the product, with its checksum, and none besides', () => {
    const locked = new Map(
      INSTALLED.map(([path, { version, integrity }]) => [`${nameOf(path)}@${version}`, integrity]),
    );
    const written = BOM.components.map(({ 'bom-ref': ref, hashes }) => [
      ref,
      hashes
        .map(
          ({ alg, content }) =>
            `${alg.toLowerCase().replace('-', '')}-${Buffer.from(content, 'hex').toString('base64')}`,
        )
        .join(' '),
    ]);
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(locked));
    expect(locked.size).toBeGreaterThan(100);
  });

  it('says who needs whom as Node finds them on disk', () => {
    for (const [path, { version }] of INSTALLED) {
      const manifest = join(ROOT, path, 'package.json');
      // Binaries of other platforms are locked and not installed.
      if (!existsSync(manifest)) continue;
      const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies?: object };
      for (const name of Object.keys(dependencies)) {
        const found = onDisk(path, name);
        expect([path, name, found]).toEqual([path, name, expect.any(String)]);
        expect([path, needsOf.get(`${nameOf(path)}@${version}`)]).toEqual([
          path,
          expect.arrayContaining([`${name}@${LOCK[found!]!.version}`]),
        ]);
      }
    }
  });

  it('leads from the product to every package', () => {
    const reached = new Set<string>();
    const visit = (ref: string): void => {
      if (reached.has(ref)) return;
      reached.add(ref);
      for (const next of needsOf.get(ref) ?? []) visit(next);
    };
    visit(BOM.metadata.component['bom-ref']);
    expect(
      BOM.components.map((component) => component['bom-ref']).filter((ref) => !reached.has(ref)),
    ).toEqual([]);
  });

  it('has licences that go together with ours, all of them stated', () => {
    const licences = BOM.components.map(({ 'bom-ref': ref, licenses }) => ({
      ref,
      stated: licenses.map(({ license, expression }) => license?.id ?? expression ?? ''),
    }));
    expect(licences.filter(({ stated }) => stated.length !== 1 || !isPermitted(stated[0]!))).toEqual([]);
    expect(['GPL-3.0-only', '(MIT AND GPL-3.0-only)', 'UNLICENSED'].filter(isPermitted)).toEqual([]);
  });
});
