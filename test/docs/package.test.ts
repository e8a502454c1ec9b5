import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { filesBelow, PACKAGE, ROOT, textOf } from './repository.js';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const LOCK = (JSON.parse(textOf('package-lock.json')) as { packages: Record<string, Locked> }).packages;
const PRODUCTION = Object.entries(LOCK).filter(([path, { dev }]) => path !== '' && dev !== true);

/** Imported by a dependency that leaves the choice of version to us (npm overrides). */
const FOR_OTHERS = ['reflect-metadata'];

describe('package.json', () => {
  it('the product needs no install script', () => {
    expect(PRODUCTION.length).toBeGreaterThan(50);
    expect(
      PRODUCTION.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path),
    ).toEqual([]);
    for (const script of ['preinstall', 'install', 'postinstall'])
      expect(PACKAGE.scripts).not.toHaveProperty(script);
  });

  it.each(Object.entries(PACKAGE.scripts))('script %s holds no shell syntax: %s', (_name, script) => {
    expect(script).not.toMatch(/[&|;<>$`'"*?(){}[\]!~\\]/);
    expect(script).not.toMatch(/^\s*[A-Za-z_]\w*=/);
    expect(script).not.toMatch(/\b(rm|cp|mv|mkdir|cat|export|set|cross-env|sh|bash)\s/);
  });

  it('files that scripts name are there', () => {
    for (const script of Object.values(PACKAGE.scripts))
      for (const [file] of script.matchAll(
        /\b(?:scripts\/[\w./-]+|tsconfig[\w.]*\.json|\.dependency-cruiser\.cjs)/g,
      ))
        expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
  });

  it('pins the service host exactly, in package.json and in the lock', () => {
    expect(PACKAGE.dependencies['odata-v4-server']).toBe('0.2.13');
    expect(LOCK['node_modules/odata-v4-server']).toMatchObject({ version: '0.2.13' });
    expect(
      Object.keys(LOCK).filter((path) => path.endsWith('/odata-v4-server/node_modules/express')),
    ).toEqual([]);
  });

  it('every dependency is locked with its checksum, from the public registry', () => {
    for (const name of Object.keys({ ...PACKAGE.dependencies, ...PACKAGE.devDependencies }))
      expect([name, LOCK[`node_modules/${name}`]?.version]).toEqual([name, expect.stringMatching(/^\d/)]);
    for (const [path, { integrity, resolved }] of PRODUCTION) {
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha(512|1)-/)]);
      // Without an address, npm asks the registry that is configured.
      expect([path, resolved ?? 'https://registry.npmjs.org/']).toEqual([
        path,
        expect.stringMatching(/^https:\/\/registry\.npmjs\.org\//),
      ]);
    }
  });

  it('src imports what is declared for production, and everything declared is imported', () => {
    const imported = new Set(
      filesBelow('src', '.ts')
        .flatMap((path) => [...textOf(path).matchAll(/(?:from|import) '([^.'][^']*)'/g)])
        .map(([, specifier = '']) =>
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        )
        .filter((name) => !isBuiltin(name)),
    );
    expect([...imported, ...FOR_OTHERS].sort()).toEqual(Object.keys(PACKAGE.dependencies).sort());
  });

  it('ships what it names, with the command', () => {
    expect(PACKAGE.bin).toEqual({ 'discovery-feed': 'dist/main.js' });
    expect(textOf('src/main.ts')).toMatch(/^#!\/usr\/bin\/env node\n/);
    const leftOut = PACKAGE.files.filter((name) => name.startsWith('!'));
    expect(leftOut).toEqual(['!dist/.tsbuildinfo']);
    for (const path of PACKAGE.files.filter((name) => name !== 'dist' && !leftOut.includes(name)))
      expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
    expect(PACKAGE.engines.node).toBe('>=20.19');
  });
});

describe('Source files', () => {
  const FILES = filesBelow('src', '.ts');

  it(`none of the ${FILES.length} has more than 300 lines`, () => {
    const lines = (path: string) => textOf(path).split('\n').length - 1;
    expect(FILES.filter((path) => lines(path) > 300).map((path) => `${path}: ${lines(path)}`)).toEqual([]);
  });

  it('the environment is read in src/config alone', () => {
    const readers = filesBelow('src', '.ts').filter((path) => textOf(path).includes('process.env'));
    expect(readers.filter((path) => !path.startsWith('src/config/'))).toEqual([]);
  });
});
