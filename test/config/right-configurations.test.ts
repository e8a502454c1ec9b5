import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import selfsigned from 'selfsigned';
import cron from 'node-cron';
import { effectiveConfig } from '../../src/config/effective-config.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { Settings } from '../../src/config/settings.js';
import { load, mistakesOf, type Pieces } from './configuration.js';

const TENANT = '11111111-2222-3333-4444-555555555555';
const CLIENT = '66666666-7777-8888-9999-000000000000';
const COMPLETE = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_SECRET: 'hush-hush' };
const SHA = 'ab'.repeat(32);
const HASH = `$scrypt$ln=15,r=8,p=3$c2FsdHNhbHRzYWx0c2FsdA$${'aGFzaA'.repeat(8)}`;

/** [what is shown, the configuration, what comes out] */
const RIGHT: [string, Pieces, Partial<Settings>][] = [
  [
    'nothing: the sample tenant on loopback',
    {},
    { mode: 'sample', tenants: [], port: 4004, host: '127.0.0.1', servesAnonymous: true, warnings: [] },
  ],
  [
    'the environment beats the file',
    { env: { PORT: '1' }, file: { port: 2, pageSize: 7 } },
    { port: 1, pageSize: 7 },
  ],
  [
    'flags beat the environment',
    { flags: { port: '3' }, env: { PORT: '1' }, file: { port: 2 } },
    { port: 3 },
  ],
  [
    'flags in both spellings',
    { flags: { 'page-size': '10', maxPageSize: '20' } },
    { pageSize: 10, maxPageSize: 20 },
  ],
  ['flags that were not given', { flags: { port: undefined }, env: { PORT: '1' } }, { port: 1 }],
  ['the short flag of the sample', { flags: { apps: '5000' } }, { sampleApps: 5000 }],
  [
    'an empty variable is not set',
    { env: { PORT: '', HOST: '  ', PUBLIC_URL: '' } },
    { port: 4004, host: '127.0.0.1', publicUrl: undefined },
  ],
  [
    'null in the file is not set',
    { file: { port: null, publicUrl: null } },
    { port: 4004, publicUrl: undefined },
  ],
  ['a file that Windows wrote', { file: '\uFEFF{\r\n"port": 5}\r\n' }, { port: 5 }],
  ['what editors add to a file', { file: { $schema: './settings.schema.json', port: 5 } }, { port: 5 }],
  ['space around a value', { env: { PORT: ' 80 ' } }, { port: 80 }],
  ['any free port', { env: { PORT: '0' } }, { port: 0 }],
  [
    'sizes with units',
    { env: { STORE_MAX_BYTES: '1.5 gib', GRAPH_MAX_BODY_BYTES: '1048576' } },
    { storeMaxBytes: 1.5 * 2 ** 30, graphMaxBodyBytes: 2 ** 20 },
  ],
  ['sizes with units in the file', { file: { storeMaxBytes: '64MiB' } }, { storeMaxBytes: 64 * 2 ** 20 }],
  ['a slow pace', { env: { GRAPH_REQUESTS_PER_SECOND: '0.5' } }, { graphRequestsPerSecond: 0.5 }],
  ['yes as a flag without a value', { flags: { allowAnonymous: true } }, { allowAnonymous: true }],
  ['brackets around IPv6', { env: { HOST: '[::1]' } }, { host: '::1', servesAnonymous: true }],
  [
    'a public URL loses its last slash',
    { env: { PUBLIC_URL: 'https://feed.contoso.com/' } },
    { publicUrl: 'https://feed.contoso.com' },
  ],
  [
    'a public URL below a path',
    { env: { PUBLIC_URL: 'https://contoso.com/feeds' } },
    { publicUrl: 'https://contoso.com/feeds' },
  ],
  [
    'http on loopback',
    { env: { GRAPH_BASE_URL: 'http://localhost:9/beta/', AZURE_AUTHORITY_HOST: 'http://127.0.0.1:8' } },
    { graphBaseUrl: 'http://localhost:9/beta', azureAuthorityHost: 'http://127.0.0.1:8' },
  ],
  [
    'lists in text',
    { env: { TRUSTED_PROXIES: '10.0.0.0/8, loopback,fd00::/8,', PERIODS: 'P90D' } },
    { trustedProxies: ['10.0.0.0/8', 'loopback', 'fd00::/8'], periods: ['P90D'] },
  ],
  ['six cron fields', { env: { POLL_CRON: '*/10  * * * * *' } }, { pollCron: '*/10 * * * * *' }],
  [
    'a proxy as curl takes it',
    { env: { https_proxy: 'proxy:8080', no_proxy: 'localhost' } },
    { httpsProxy: 'http://proxy:8080/', noProxy: 'localhost' },
  ],
  [
    'the upper case of a proxy first',
    { env: { https_proxy: 'http://a', HTTPS_PROXY: 'http://b' } },
    { httpsProxy: 'http://b/' },
  ],
  [
    'keys and users',
    {
      env: {
        API_KEYS: `bi:${SHA.toUpperCase()},excel:${'cd'.repeat(32)}`,
        BASIC_USERS: `ann:${HASH}; bob:${HASH.replace('c2Fs', 'c3Fs')}`,
      },
    },
    {
      servesAnonymous: false,
      apiKeys: [
        { name: 'bi', sha256: SHA },
        { name: 'excel', sha256: 'cd'.repeat(32) },
      ],
      basicUsers: [
        { name: 'ann', hash: HASH },
        { name: 'bob', hash: HASH.replace('c2Fs', 'c3Fs') },
      ],
    },
  ],
  [
    'keys and users in the file',
    { file: { apiKeys: [{ name: 'bi', sha256: SHA }], basicUsers: [{ name: 'ann', hash: HASH }] } },
    { apiKeys: [{ name: 'bi', sha256: SHA }], basicUsers: [{ name: 'ann', hash: HASH }] },
  ],
  [
    'keys one a line in a file of their own',
    { env: { API_KEYS_FILE: 'keys' }, files: { keys: `bi:${SHA}\nexcel:${'cd'.repeat(32)}\n` } },
    {
      apiKeys: [
        { name: 'bi', sha256: SHA },
        { name: 'excel', sha256: 'cd'.repeat(32) },
      ],
    },
  ],
  [
    'keys that overlap, the old one with its last day',
    {
      env: { API_KEYS: `bi:${SHA}@2027-01-31,bi:${'cd'.repeat(32)}` },
      file: { basicUsers: [{ name: 'ann', hash: HASH, until: '2027-01-31' }] },
    },
    {
      apiKeys: [
        { name: 'bi', sha256: SHA, until: '2027-01-31' },
        { name: 'bi', sha256: 'cd'.repeat(32) },
      ],
      basicUsers: [{ name: 'ann', hash: HASH, until: '2027-01-31' }],
    },
  ],
  [
    'readers of Entra: tokens are made out for scheme and host of PUBLIC_URL',
    {
      env: {
        PUBLIC_URL: 'https://feed.contoso.com/shadow',
        ENTRA_TENANT_IDS: '11111111-2222-3333-4444-55555555555A',
        ENTRA_READERS: 'role:Feed.Read group:11111111-2222-3333-4444-55555555555B',
      },
    },
    {
      servesAnonymous: false,
      entraTenantIds: ['11111111-2222-3333-4444-55555555555a'],
      entraAudiences: ['https://feed.contoso.com', 'https://feed.contoso.com/'],
      entraReaders: ['role:Feed.Read', 'group:11111111-2222-3333-4444-55555555555b'],
    },
  ],
  [
    'readers of Entra with an audience of their own',
    { env: { ENTRA_TENANT_IDS: TENANT, ENTRA_AUDIENCES: 'api://feed, https://feed.contoso.com/' } },
    { entraAudiences: ['api://feed', 'https://feed.contoso.com/'] },
  ],
  [
    'open with a key and a base',
    { env: { HOST: '0.0.0.0', API_KEYS: `bi:${SHA}`, PUBLIC_URL: 'https://feed.contoso.com' } },
    { host: '0.0.0.0', servesAnonymous: false },
  ],
  [
    'open to all when said so',
    { env: { HOST: '0.0.0.0', ALLOW_ANONYMOUS: 'true', TRUSTED_PROXIES: '10.0.0.1' } },
    { servesAnonymous: true, mode: 'sample' },
  ],
  [
    'a tenant by its domain',
    { env: { ...COMPLETE, AZURE_TENANT_ID: 'Contoso.onmicrosoft.com' } },
    {
      mode: 'real',
      tenants: [
        {
          tenantId: 'contoso.onmicrosoft.com',
          displayName: 'contoso.onmicrosoft.com',
          clientId: CLIENT,
          credential: { kind: 'secret', secret: 'hush-hush' },
          authorityHost: 'https://login.microsoftonline.com',
          graphBaseUrl: 'https://graph.microsoft.com/beta',
          isSample: false,
        },
      ],
    },
  ],
  ['production with a tenant', { env: { ...COMPLETE, NODE_ENV: 'production' } }, { mode: 'real' }],
];

describe('A right configuration', () => {
  it.each(RIGHT)('%s', (_what, pieces, expected) => {
    expect(load(pieces)).toMatchObject(expected);
  });

  it('keeps the stores of sample and real tenants apart', () => {
    expect(load({ env: { DATA_DIR: 'd' } }).storeDir).toBe(join('d', 'sample'));
    expect(load({ env: { DATA_DIR: 'd', ...COMPLETE } }).storeDir).toBe(join('d', 'feed'));
  });

  it('says where each value comes from', () => {
    const { sources } = load({ flags: { port: '1' }, env: { PAGE_SIZE: '5' }, file: { drainSeconds: 1 } });
    expect(sources).toMatchObject({
      port: '--port (flag)',
      pageSize: 'PAGE_SIZE (environment)',
      drainSeconds: '"drainSeconds" in feed.json',
      host: 'default',
    });
  });

  it.each([
    ['PAGE_SZE', 'PAGE_SIZE'],
    ['POLL_CORN', 'POLL_CRON'],
    ['AZURE_TENNANT_ID', 'AZURE_TENANT_ID'],
    ['AZURE_CLIENT_SECRETS', 'AZURE_CLIENT_SECRET'],
  ])('warns of %s, one slip away from %s', (given, meant) => {
    expect(load({ env: { [given]: 'x', HTTP_PROXY: 'http://a', PATH: '/', PORTS: '1' } }).warnings).toEqual([
      `${given} is set, but no setting has this name. Did you mean ${meant}?`,
    ]);
  });

  it('warns of a Graph that does not have Cloud Discovery', () => {
    const { warnings } = load({ env: { GRAPH_BASE_URL: 'https://graph.microsoft.com/v1.0' } });
    expect(warnings).toEqual([expect.stringContaining('https://graph.microsoft.com/beta only')]);
  });
});

describe('Several tenants', () => {
  const fabrikam = {
    tenantId: 'fabrikam.com',
    clientId: CLIENT,
    clientSecretFile: 'f.txt',
    displayName: 'Fabrikam',
  };
  const files = { 'f.txt': 'fabrikam-secret\r\n' };

  it('are the list of the file, each with its own cloud', () => {
    const contoso = {
      tenantId: TENANT,
      clientId: CLIENT,
      clientSecret: 's',
      graphBaseUrl: 'https://graph.contoso.com/beta/',
      authorityHost: 'https://login.contoso.com/',
    };
    const { tenants, mode } = load({ file: { tenants: [contoso, fabrikam] }, files });
    expect(mode).toBe('real');
    expect(tenants).toEqual([
      {
        tenantId: TENANT,
        displayName: TENANT,
        clientId: CLIENT,
        credential: { kind: 'secret', secret: 's' },
        authorityHost: 'https://login.contoso.com',
        graphBaseUrl: 'https://graph.contoso.com/beta',
        isSample: false,
      },
      {
        tenantId: 'fabrikam.com',
        displayName: 'Fabrikam',
        clientId: CLIENT,
        credential: { kind: 'secret', secret: 'fabrikam-secret' },
        authorityHost: 'https://login.microsoftonline.com',
        graphBaseUrl: 'https://graph.microsoft.com/beta',
        isSample: false,
      },
    ]);
  });

  it('take AZURE_AUTHORITY_HOST and GRAPH_BASE_URL where an entry has none', () => {
    const env = {
      AZURE_AUTHORITY_HOST: 'https://login.example.com',
      GRAPH_BASE_URL: 'https://graph.example.com/beta',
    };
    const { tenants } = load({ env, file: { tenants: [fabrikam] }, files });
    expect(tenants).toMatchObject([
      { authorityHost: 'https://login.example.com', graphBaseUrl: 'https://graph.example.com/beta' },
    ]);
  });

  it('let the variables override the entry of the same tenant', () => {
    const env = { AZURE_TENANT_ID: 'FABRIKAM.com', AZURE_CLIENT_SECRET: 'from-the-environment' };
    const other = { tenantId: TENANT, clientId: CLIENT, clientSecret: 's' };
    const { tenants } = load({ env, file: { tenants: [other, fabrikam] }, files });
    expect(tenants).toMatchObject([
      { tenantId: TENANT, credential: { secret: 's' } },
      { tenantId: 'fabrikam.com', displayName: 'Fabrikam', credential: { secret: 'from-the-environment' } },
    ]);
  });

  it('may leave the whole credential to the environment', () => {
    const env = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_SECRET_FILE: 'f.txt' };
    const { tenants } = load({ env, file: { tenants: [{ tenantId: TENANT, clientId: CLIENT }] }, files });
    expect(tenants).toMatchObject([{ credential: { kind: 'secret', secret: 'fabrikam-secret' } }]);
  });
});

describe('A credential from a file', () => {
  it('comes from the path of AZURE_CLIENT_SECRET_FILE, without its line end', () => {
    const env = { AZURE_TENANT_ID_FILE: 't', AZURE_CLIENT_ID_FILE: 'c', AZURE_CLIENT_SECRET_FILE: 's' };
    const files = { t: `${TENANT}\n`, c: `${CLIENT}\n`, s: 'hush-hush\n' };
    expect(load({ env, files }).tenants).toMatchObject([
      { tenantId: TENANT, clientId: CLIENT, credential: { secret: 'hush-hush' } },
    ]);
  });

  it('is beaten by a value of a stronger level', () => {
    const settings = load({ env: COMPLETE, file: { azureClientSecretFile: 'gone' } });
    expect(settings.tenants).toMatchObject([{ credential: { secret: 'hush-hush' } }]);
    expect(settings.sources.azureClientSecret).toBe('AZURE_CLIENT_SECRET (environment)');
  });

  it('may be named by a flag, which shows a path and no secret', () => {
    const { AZURE_CLIENT_SECRET: _none, ...env } = COMPLETE;
    expect(load({ env, flags: { azureClientSecretFile: 's' }, files: { s: 'x' } }).tenants).toMatchObject([
      { credential: { secret: 'x' } },
    ]);
  });
});

describe('A certificate', () => {
  let pem: { private: string; cert: string };
  const env = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_CERTIFICATE_PATH: 'c.pem' };
  const wrong = (content: string): string[] => mistakesOf({ env, files: { 'c.pem': content } });

  beforeAll(async () => {
    pem = await selfsigned.generate([{ name: 'commonName', value: 'feed' }], { keySize: 2048 });
  });

  it('stands in one PEM file with its private key, in any order', () => {
    for (const content of [
      `${pem.private}\n${pem.cert}`,
      `Bag Attributes\r\n${pem.cert}\r\n${pem.private}`,
    ]) {
      const [tenant] = load({ env, files: { 'c.pem': content } }).tenants;
      expect(tenant?.credential).toEqual({
        kind: 'certificate',
        privateKey: `${pem.private.trim()}\n`,
        certificate: `${pem.cert.trim()}\n`,
      });
    }
  });

  it('is refused without a key, without a certificate, and when they do not belong together', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const locked = privateKey
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString();
    expect(wrong(pem.cert)).toEqual([expect.stringContaining('holds no private key')]);
    expect(wrong(pem.private)).toEqual([expect.stringContaining('holds no certificate')]);
    expect(wrong(other + pem.cert)).toEqual([
      expect.stringContaining('does not belong to its first certificate'),
    ]);
    expect(wrong(locked + pem.cert)).toEqual([expect.stringContaining('holds an encrypted private key')]);
    expect(wrong(pem.private + other + pem.cert)).toEqual([
      expect.stringContaining('more than one private key'),
    ]);
    const { privateKey: curve } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(wrong(curve.export({ type: 'pkcs8', format: 'pem' }).toString() + pem.cert)).toEqual([
      expect.stringContaining('holds a private key of type ec: Entra takes RSA keys'),
    ]);
    expect(wrong(pem.private.replace(/\n.{64}\n/, '\nAAAA\n') + pem.cert)).toEqual([
      expect.stringContaining('cannot be read'),
    ]);
  });
});

describe('effectiveConfig', () => {
  const settings = load({
    env: {
      ...COMPLETE,
      API_KEYS: `bi:${SHA}`,
      BASIC_USERS: `ann:${HASH}`,
      HTTPS_PROXY: 'http://me:s3cret@proxy:8080',
    },
  });
  const printed = effectiveConfig(settings);

  it('shows every value with its source', () => {
    expect(printed).toMatchObject({
      mode: { value: 'real', source: 'derived' },
      port: { value: 4004, source: 'default' },
      publicUrl: { value: null, source: 'default' },
      apiKeys: { value: [{ name: 'bi', sha256: '***' }], source: 'API_KEYS (environment)' },
      tenants: {
        value: [{ tenantId: TENANT, clientId: CLIENT, credential: { kind: 'secret', secret: '***' } }],
      },
      httpsProxy: { value: 'http://***:***@proxy:8080/' },
    });
  });

  it('shows no secret', () => {
    const text = JSON.stringify(printed);
    for (const secret of ['hush-hush', SHA, HASH, 's3cret']) expect(text).not.toContain(secret);
  });
});

describe('A cron expression that is accepted', () => {
  it.each([
    '* * * * *',
    '0 */6 * * *',
    '15 1-5/2 1,15 jan-MAR mon',
    '0 0 * * 7',
    '30 5 * * * *',
    '0 0 31 1,2 *',
    '*/59 * * * *',
    '0 0 29 2 *',
  ])('%s is understood by node-cron', (expression) => {
    expect(load({ env: { POLL_CRON: expression } }).pollCron).toBe(expression);
    expect(cron.validate(expression)).toBe(true);
  });
});

describe('The files in config/', () => {
  it('default.json is a right configuration that changes nothing', () => {
    const { sources: _a, configFile: _b, ...defaults } = load({});
    const {
      sources: _c,
      configFile: _d,
      ...fromFile
    } = load({ file: readFileSync('config/default.json', 'utf8') });
    expect(fromFile).toEqual(defaults);
  });

  it('production.example.json is a right configuration with two tenants', async () => {
    const pem = await selfsigned.generate([{ name: 'commonName', value: 'feed' }], { keySize: 2048 });
    const settings = load({
      env: { NODE_ENV: 'production' },
      file: readFileSync('config/production.example.json', 'utf8'),
      files: {
        '/run/secrets/discovery-feed-api-keys': `power-bi:${SHA}\n`,
        '/run/secrets/discovery-feed-basic-users': `reader:${HASH}\n`,
        '/run/secrets/contoso-client-secret': 'x\n',
        '/run/secrets/fabrikam.pem': pem.private + pem.cert,
      },
    });
    expect(settings.tenants.map(({ credential }) => credential.kind)).toEqual(['secret', 'certificate']);
    expect(settings.servesAnonymous).toBe(false);
  });
});

describe('loadConfig', () => {
  const folder = mkdtempSync(join(tmpdir(), 'feed-config-'));
  const path = join(folder, 'feed.json');

  afterAll(() => {
    rmSync(folder, { recursive: true });
    delete process.env.DRAIN_SECONDS;
  });

  it('reads real files', () => {
    writeFileSync(path, '{"drainSeconds": 7}');
    expect(loadConfig({ env: { CONFIG_FILE: path } }).drainSeconds).toBe(7);
  });

  it('tells a folder and a missing file from a file', () => {
    for (const [wrong, why] of [
      [folder, 'EISDIR'],
      [join(folder, 'gone'), 'ENOENT'],
    ] as const) {
      expect(() => loadConfig({ env: { CONFIG_FILE: wrong } })).toThrow(why);
    }
  });

  it('reads the environment of the process when none is given', () => {
    process.env.DRAIN_SECONDS = '9';
    expect(loadConfig().drainSeconds).toBe(9);
  });
});
