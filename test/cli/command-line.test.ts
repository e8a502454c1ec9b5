import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentName, flagName } from '../../src/config/setting.js';
import { SETTING_NAMES, settingOf } from '../../src/config/settings.js';
import { ENTITY_SETS } from '../../src/model/catalog.js';
import { Program, type Ended, type Env } from './program.js';
import { sideBySide } from './upstream.js';

const SECRET = 'the-secret~value.that/must+not=leak';
const REAL: Env = {
  AZURE_TENANT_ID: '11111111-2222-3333-4444-555555555555',
  AZURE_CLIENT_ID: '66666666-7777-8888-9999-000000000000',
  AZURE_CLIENT_SECRET: SECRET,
};
const BAD_FILTER = 'DiscoveredApps?$filter=riskscor lt 4';

/** Command lines by name; all are run before the tests look at what came of them. */
/** A configuration file with grants. */
const WITH_GRANTS = join(tmpdir(), `feed-grants-${process.pid}.json`);

const RUNS = {
  help: [['--help']],
  nothing: [[]],
  serveHelp: [['serve', '--help']],
  refreshHelp: [['refresh', '--help']],
  checkHelp: [['check', '--help']],
  configHelp: [['config', '--help']],
  unknownCommand: [['srve']],
  unknownFlag: [['serve', '--prot', '1']],
  missingValue: [['serve', '--port']],
  surplus: [['serve', 'extra']],
  secretFlag: [['serve', '--azure-client-secret', SECRET]],
  longFlag: [['config', '--sample-apps', '77', '--page-size', '9']],
  config: [
    ['config'],
    { ...REAL, API_KEYS: `bi:${'ab'.repeat(32)}`, PAGE_SZIE: '7', DATA_DIR: '/var/lib/feed' },
  ],
  metadata: [['metadata']],
  explain: [['explain', 'DiscoveredApps?$filter=riskScore lt 4 and userCount gt 10&$top=5']],
  explainWhole: [
    ['explain', 'http://localhost:4004/odata/DiscoveredApps/$count?%24filter=riskScore%20lt%204'],
  ],
  explainBadFilter: [['explain', BAD_FILTER]],
  explainUnknownSet: [['explain', 'https://feed.contoso.com/odata/DiscoverdApps']],
  explainReader: [
    ['explain', '--reader', 'role:Feed.Read', '--config', WITH_GRANTS, 'Apps?$expand=usage&$top=1'],
  ],
  explainWithheld: [['explain', '--reader', 'role:Feed.Read', '--config', WITH_GRANTS, 'AppTags']],
  explainStranger: [['explain', '--reader', 'key:x', '--config', WITH_GRANTS, 'Apps']],
  explainNothing: [['explain']],
  createKey: [['create-key', 'power-bi']],
  createKeyBadName: [['create-key', 'power bi, mine']],
  hashNothing: [['hash-password'], {}, ''],
} as const satisfies Record<string, readonly [args: readonly string[], env?: Env, input?: string]>;

let program: Program;
const ended = {} as Record<keyof typeof RUNS, Ended>;
beforeAll(async () => {
  const grants = [
    { to: ['role:Feed.Read'], sets: ['Apps', 'DiscoveredApps'], rows: { DiscoveredApps: 'riskScore lt 4' } },
  ];
  writeFileSync(WITH_GRANTS, JSON.stringify({ grants }));
  program = await Program.compile();
  const names = Object.keys(RUNS) as (keyof typeof RUNS)[];
  await sideBySide(
    names.map((name) => async () => {
      const [args, env, input] = RUNS[name] as readonly [readonly string[], Env?, string?];
      ended[name] = await program.run(args, env, input);
    }),
  );
}, 300_000);
afterAll(async () => {
  rmSync(WITH_GRANTS);
  await program.remove();
});

describe('discovery-feed --help', () => {
  it('names every command and ends well', () => {
    const { code, stdout, stderr } = ended.help;
    expect([code, stderr]).toEqual([0, '']);
    for (const command of [
      'serve',
      'refresh',
      'check',
      'config',
      'explain',
      'metadata',
      'hash-password',
      'create-key',
    ])
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    expect(stdout).toContain('docs/settings.md');
  });

  it('gives examples that every shell leaves as they are: no $ within double quotes', () => {
    expect(ended.help.stdout).toContain('explain "');
    expect(ended.help.stdout).not.toMatch(/"[^"\n]*\$[^"\n]*"/);
  });

  it('is what a bare command line prints, as a mistake', () => {
    expect(ended.nothing.code).toBe(64);
    expect(ended.nothing.stderr).toBe(ended.help.stdout);
  });

  it.each(['serveHelp', 'refreshHelp', 'checkHelp', 'configHelp'] as const)(
    '%s lists every setting that may be a flag, and no secret',
    (name) => {
      const { code, stdout } = ended[name];
      expect(code).toBe(0);
      for (const setting of SETTING_NAMES) {
        const { only, secret, shortFlag, fromFile } = settingOf(setting);
        const shown = only !== 'file' && secret !== true;
        expect([setting, stdout.includes(`--${shortFlag ?? flagName(setting)} <value>`)]).toEqual([
          setting,
          shown,
        ]);
        if (fromFile === true) expect(stdout).toContain(`--${flagName(setting)}-file <path>`);
      }
      expect(stdout).not.toMatch(/default \)/);
    },
  );
});

describe('A command line that cannot be understood ends with exit code 64', () => {
  it.each([
    ['unknownCommand', /unknown command 'srve'\n\(Did you mean serve\?\)/],
    ['unknownFlag', /unknown option '--prot'\n\(Did you mean --port\?\)/],
    ['missingValue', /option '--port <value>' argument missing/],
    ['surplus', /too many arguments for 'serve'/],
    ['explainNothing', /missing required argument 'url'/],
  ] as const)('%s', (name, says) => {
    expect([ended[name].code, ended[name].stdout]).toEqual([64, '']);
    expect(ended[name].stderr).toMatch(says);
    expect(ended[name].stderr).toContain('--help lists the commands');
  });

  it('but a secret as a flag is refused with the way that is right, and is not repeated', () => {
    const { code, stdout, stderr } = ended.secretFlag;
    expect(code).toBe(78);
    expect(stderr).toContain(
      'use AZURE_CLIENT_SECRET or AZURE_CLIENT_SECRET_FILE instead of --azure-client-secret',
    );
    expect(stdout + stderr).not.toContain(SECRET);
  });
});

describe('config', () => {
  it('prints every setting with its source, and masks secrets', () => {
    const { code, stdout, stderr } = ended.config;
    expect(code).toBe(0);
    const values = JSON.parse(stdout) as Record<string, { value: unknown; source: string }>;
    expect(values).toMatchObject({
      mode: { value: 'real' },
      dataDir: { value: '/var/lib/feed', source: 'DATA_DIR (environment)' },
      pageSize: { value: 5000, source: 'default' },
      servesAnonymous: { value: false },
      apiKeys: { value: [{ name: 'bi', sha256: '***' }] },
      tenants: { value: [{ tenantId: REAL.AZURE_TENANT_ID, credential: { kind: 'secret', secret: '***' } }] },
    });
    expect(stdout + stderr).not.toContain(SECRET);
    expect(stdout + stderr).not.toContain('abab');
    expect(stderr).toContain(
      'Warning: PAGE_SZIE is set, but no setting has this name. Did you mean PAGE_SIZE?',
    );
  });

  it('takes flags by their full names', () => {
    expect(JSON.parse(ended.longFlag.stdout)).toMatchObject({
      sampleApps: { value: 77, source: '--sample-apps (flag)' },
      pageSize: { value: 9, source: '--page-size (flag)' },
    });
    expect(environmentName('sampleApps')).toBe('SAMPLE_APPS');
  });
});

describe('metadata', () => {
  it('prints the XML with every set', () => {
    const { code, stdout } = ended.metadata;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^<\?xml version="1\.0"/);
    expect(stdout.trimEnd()).toMatch(/<\/edmx:Edmx>$/);
    for (const { name } of ENTITY_SETS) expect(stdout).toContain(`<EntitySet Name="${name}"`);
  });
});

describe('explain', () => {
  it('prints how a URL is parsed, bound and planned', () => {
    const { code, stdout, stderr } = ended.explain;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^path\s+DiscoveredApps$/m);
    expect(stdout).toMatch(/^option\s+\$filter = riskScore lt 4 and userCount gt 10$/m);
    expect(stdout).toMatch(/^where\s+.*riskScore lt 4.*userCount gt 10/m);
    expect(stdout).toMatch(/^order\s+tenantId, streamId, id$/m);
  });

  it('takes a whole address as it was copied', () => {
    expect(ended.explainWhole.code).toBe(0);
    expect(ended.explainWhole.stdout).toMatch(/^answer\s+how many rows of DiscoveredApps match$/m);
    expect(ended.explainWhole.stdout).toMatch(/^option\s+\$filter = riskScore lt 4$/m);
  });

  it('shows what a reader with grants would get', () => {
    expect(ended.explainReader.code).toBe(0);
    expect(ended.explainReader.stdout).toMatch(/^granted\s+Apps: all rows$/m);
    expect(ended.explainReader.stdout).toMatch(
      /^granted\s+DiscoveredApps: rows where \(riskScore lt 4.*\)$/m,
    );
  });

  it.each([
    ['explainWithheld', /^AUTH_NOT_GRANTED: You have no grant to read AppTags\.$/m],
    ['explainStranger', /^AUTH_NOT_GRANTED: No grant names key:x\.$/m],
  ] as const)('%s says what a reader may not read', (name, says) => {
    expect(ended[name]).toMatchObject({ code: 64, stdout: '' });
    expect(ended[name].stderr).toMatch(says);
  });

  it.each([
    [
      'explainBadFilter',
      "QUERY_UNKNOWN_PROPERTY: Unknown property 'riskscor' at position 0 in $filter.\n→ Did you mean 'riskScore'?",
    ],
    [
      'explainUnknownSet',
      "PROTOCOL_NOT_FOUND: There is no entity set 'DiscoverdApps'.\n→ Did you mean 'DiscoveredApps'?",
    ],
  ] as const)('%s says what is wrong with the URL, and that the command line is at fault', (name, says) => {
    expect(ended[name]).toMatchObject({ code: 64, stdout: '' });
    expect(ended[name].stderr.trim()).toBe(says);
  });
});

describe('create-key and hash-password', () => {
  it('a key is random, shown once, with the entry for API_KEYS', () => {
    const { code, stdout } = ended.createKey;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Key .*: {2,}[\w-]{43}$/m);
    expect(stdout).toMatch(/^For API_KEYS: +power-bi:[\da-f]{64}$/m);
  });

  it('a name that API_KEYS could not hold is refused, before anybody uses the key', () => {
    expect(ended.createKeyBadName).toMatchObject({ code: 78, stdout: '' });
    expect(ended.createKeyBadName.stderr).toContain("'power bi, mine' cannot be the name of a key");
  });

  it('no password is a mistake', () => {
    expect(ended.hashNothing).toMatchObject({ code: 78, stdout: '' });
    expect(ended.hashNothing.stderr).toContain('no password on standard input');
  });
});
