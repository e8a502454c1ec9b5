import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Program, type Ended } from '../cli/program.js';
import { sideBySide } from '../cli/upstream.js';
import { codeIn, DOCUMENTS, PACKAGE, ROOT } from './repository.js';

/** Commands that npm has by itself. */
const OF_NPM = ['ci', 'start', 'test', 'install', 'prune', 'audit', 'sbom'];

const everywhere = DOCUMENTS.flatMap((path) => codeIn(path).map((code) => ({ path, code })));
const found = (pattern: RegExp) =>
  everywhere.flatMap(({ path, code }) =>
    [...code.matchAll(pattern)].map(([, name = '', ...rest]) => ({ path, name, rest: rest.join(' ') })),
  );
const namesIn = (entries: readonly { name: string }[]) =>
  [...new Set(entries.map(({ name }) => name))].sort();

const commands = namesIn(found(/\bdiscovery-feed ([a-z][a-z-]*)/g));

let program: Program;
let help: Ended;
const ended: Record<string, Ended> = {};
beforeAll(async () => {
  program = await Program.compile();
  const runs = commands.map((command) => async () => {
    ended[command] = await program.run([command, '--help']);
  });
  await sideBySide([
    async () => {
      help = await program.run(['--help']);
    },
    ...runs,
  ]);
}, 120_000);
afterAll(() => program.remove());

describe('Commands that the documents name', () => {
  it.each(namesIn(found(/\bnpm run ([\w:-]+)/g)))('npm run %s exists', (script) => {
    expect(Object.keys(PACKAGE.scripts)).toContain(script);
  });

  it('npm commands are those of npm, or scripts', () => {
    for (const { name } of found(/\bnpm (?!run\b)([a-z]+)/g)) expect(OF_NPM).toContain(name);
    for (const name of ['start', 'test', 'prepare']) expect(PACKAGE.scripts).toHaveProperty(name);
  });

  it('the README names the two commands, and most of ours', () => {
    expect(codeIn('README.md')).toEqual(
      expect.arrayContaining(['npm ci && npm start', 'npm ci && npm test']),
    );
    expect(commands).toEqual(
      expect.arrayContaining(['check', 'config', 'create-key', 'explain', 'hash-password']),
    );
  });

  it.each(commands)('discovery-feed %s is one of --help, and has a help of its own', (command) => {
    expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    expect(ended[command]).toMatchObject({ code: 0, stderr: '' });
    expect(ended[command]!.stdout).toMatch(new RegExp(`^Usage: discovery-feed ${command}\\b`));
  });

  it('files that node is told to run are there, or are made of a source that is', () => {
    for (const { name } of found(/\bnode ((?:dist|scripts|node_modules)\/[\w./-]+)/g)) {
      const source = name.replace(/^dist\/(.*)\.js$/, 'src/$1.ts');
      expect([name, existsSync(join(ROOT, source))]).toEqual([name, true]);
    }
  });

  it('flags that stand in examples exist', () => {
    // A name of ours within a command of kubectl or docker is not ours to run.
    const flags = found(
      /(?<!(?:kubectl|docker) [^`\n]*)(?:discovery-feed|npm start --)[^`\n]*? --([a-z-]+)/g,
    );
    const helps = Object.values(ended).map(({ stdout }) => stdout);
    for (const { name } of flags) if (name !== 'help') expect(helps.join('\n')).toContain(`--${name} `);
  });
});
