import { describe, expect, it } from '@jest/globals';
import { mistakesOf, refusal, type Pieces } from './configuration.js';

const TENANT = '11111111-2222-3333-4444-555555555555';
const CLIENT = '66666666-7777-8888-9999-000000000000';
const COMPLETE = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_SECRET: 'hush-hush' };
const SHA = 'ab'.repeat(32);
const HASH = `$scrypt$ln=15,r=8,p=3$c2FsdHNhbHRzYWx0c2FsdA$${'aGFzaA'.repeat(8)}`;
const ENTRA = { PUBLIC_URL: 'https://feed.contoso.com', ENTRA_TENANT_IDS: TENANT };
const OPEN = { HOST: '0.0.0.0', PUBLIC_URL: 'https://feed.contoso.com', API_KEYS: `bi:${SHA}` };

/** [what is wrong, the configuration, the one line that must come out: exact, or a pattern] */
const ONE_MISTAKE: [string, Pieces, string | RegExp][] = [
  // Numbers
  [
    'port with letters',
    { env: { PORT: '80a' } },
    "port: '80a' from PORT (environment) is not a number. Accepted: a whole number from 0 to 65535. Example: PORT=4004",
  ],
  ['port too high', { env: { PORT: '65536' } }, /^port: '65536' from PORT \(environment\) is above 65535\./],
  ['port negative', { flags: { port: '-1' } }, /^port: '-1' from --port \(flag\) is below 0\./],
  ['port broken', { env: { PORT: '80.5' } }, /^port: .* is not a whole number\./],
  ['port in hex', { env: { PORT: '0x50' } }, /^port: .* is not a number\./],
  [
    'port as a string in the file',
    { file: { port: '4004' } },
    /^port: '4004' from "port" in feed\.json is a string: leave the quotation marks out\./,
  ],
  ['page size of nothing', { env: { PAGE_SIZE: '0' } }, /^pageSize: '0' from PAGE_SIZE .* is below 1\./],
  [
    'page size beyond the limit',
    { flags: { 'page-size': '50001' } },
    /^pageSize: '50001' from --page-size \(flag\) is above 50000\./,
  ],
  [
    'page size above the maximum',
    { env: { MAX_PAGE_SIZE: '100' } },
    'pageSize: 5000 is above MAX_PAGE_SIZE (100). Lower PAGE_SIZE or raise MAX_PAGE_SIZE',
  ],
  [
    'pace of zero',
    { env: { GRAPH_REQUESTS_PER_SECOND: '0' } },
    /^graphRequestsPerSecond: .* is not above 0\./,
  ],
  [
    'pace too fast',
    { env: { GRAPH_REQUESTS_PER_SECOND: '50.5' } },
    /^graphRequestsPerSecond: .* is above 50\./,
  ],
  ['time-out of zero', { env: { GRAPH_TIMEOUT_SECONDS: '0' } }, /^graphTimeoutSeconds: .* is below 1\./],
  [
    'store cap without room',
    { env: { STORE_MAX_BYTES: '5MiB' } },
    /^storeMaxBytes: '5MiB' .* is below 16MiB\./,
  ],
  [
    'store cap in decimal units',
    { env: { STORE_MAX_BYTES: '2GB' } },
    /^storeMaxBytes: '2GB' .* is not a size\. .* KiB, MiB, GiB, TiB/,
  ],
  [
    'number in words',
    { file: { maxConnections: true } },
    /^maxConnections: true from "maxConnections" in feed\.json is not a number\./,
  ],
  [
    'number beyond exactness',
    { env: { GRAPH_MAX_PAGES: '9007199254740993' } },
    /^graphMaxPages: .* is not a whole number\./,
  ],
  // Words
  [
    'log level unknown',
    { env: { LOG_LEVEL: 'verbose' } },
    /^logLevel: 'verbose' .* is none of the known words\. Accepted: one of fatal, error, warn, info, debug, trace, silent\./,
  ],
  ['log level in capitals', { env: { LOG_LEVEL: 'DEBUG' } }, /^logLevel: 'DEBUG' .* is spelled 'debug'\./],
  [
    'yes and no',
    { env: { ALLOW_ANONYMOUS: 'maybe' } },
    /^allowAnonymous: 'maybe' .* is neither true nor false\./,
  ],
  [
    'yes as a string in the file',
    { file: { allowAnonymous: 'true' } },
    /^allowAnonymous: 'true' .* is neither true nor false\./,
  ],
  ['flag without a value', { flags: { host: true } }, /^host: true from --host \(flag\) is not a string\./],
  [
    'empty text in the file',
    { file: { dataDir: '' } },
    /^dataDir: '' from "dataDir" in feed\.json is empty\./,
  ],
  // Addresses
  ['host as a URL', { env: { HOST: 'http://localhost' } }, /^host: .* is a URL\./],
  ['host with a port', { env: { HOST: 'localhost:4004' } }, /^host: .* has a port in it \(that is PORT\)\./],
  ['host that is no address', { env: { HOST: '127.0.0.300' } }, /^host: .* is no host name\./],
  [
    'public URL without a scheme',
    { env: { PUBLIC_URL: 'feed.contoso.com' } },
    /^publicUrl: .* is not a URL\./,
  ],
  [
    'public URL over http',
    { env: { PUBLIC_URL: 'http://feed.contoso.com' } },
    /^publicUrl: .* is not https\./,
  ],
  [
    'public URL with a query',
    { env: { PUBLIC_URL: 'https://feed.contoso.com/?a=1' } },
    /^publicUrl: .* has a query or a fragment\./,
  ],
  [
    'public URL of another protocol',
    { env: { PUBLIC_URL: 'ftp://feed.contoso.com' } },
    /^publicUrl: .* is not an http or https URL\./,
  ],
  [
    'public URL with a password',
    { env: { PUBLIC_URL: 'https://a:b@feed.contoso.com' } },
    /^publicUrl: .* has a user name or a password in it\./,
  ],
  [
    'public URL with the feed in it',
    { env: { PUBLIC_URL: 'https://feed.contoso.com/odata/' } },
    "publicUrl: 'https://feed.contoso.com/odata' ends with /odata, which the feed adds itself. Set PUBLIC_URL=https://feed.contoso.com",
  ],
  [
    'Graph over http',
    { env: { GRAPH_BASE_URL: 'http://graph.contoso.com/beta' } },
    /^graphBaseUrl: .* is not https\./,
  ],
  [
    'Graph with a query',
    { env: { GRAPH_BASE_URL: 'https://graph.microsoft.com/beta?x' } },
    /^graphBaseUrl: .* has a query or a fragment\./,
  ],
  [
    'authority over http',
    { env: { AZURE_AUTHORITY_HOST: 'http://login.contoso.com' } },
    /^azureAuthorityHost: .* is not https\./,
  ],
  [
    'proxy that is no URL',
    { env: { HTTPS_PROXY: 'http://' } },
    /^httpsProxy: 'http:\/\/' from HTTPS_PROXY .* is not a URL\./,
  ],
  [
    'trusted proxy by name',
    { env: { TRUSTED_PROXIES: '10.0.0.1,nginx' } },
    /^trustedProxies: .* has a wrong entry 2, which is neither an IP address nor a network nor loopback\./,
  ],
  [
    'trusted network too long',
    { env: { TRUSTED_PROXIES: '10.0.0.0/33' } },
    /^trustedProxies: .* has a prefix length above 32\./,
  ],
  [
    'everybody trusted',
    { env: { TRUSTED_PROXIES: '0.0.0.0/0' } },
    /^trustedProxies: .* trusts every address there is\./,
  ],
  [
    'trusted proxies as text in the file',
    { file: { trustedProxies: '10.0.0.1' } },
    /^trustedProxies: .* is not a list\./,
  ],
  // Schedule
  [
    'cron of four fields',
    { env: { POLL_CRON: '* * * *' } },
    "pollCron: '* * * *' from POLL_CRON (environment) has 4 fields. Accepted: five cron fields: minute hour day-of-month month day-of-week. Example: POLL_CRON=0 */6 * * *",
  ],
  [
    'cron with a wrong minute',
    { env: { POLL_CRON: '60 * * * *' } },
    /^pollCron: .* has a minute '60' that is not from 0 to 59\./,
  ],
  [
    'cron with a wrong hour in a list',
    { env: { POLL_CRON: '0 6,24 * * *' } },
    /^pollCron: .* has a hour '24' that is not from 0 to 23\./,
  ],
  [
    'cron with a step of zero',
    { env: { POLL_CRON: '*/0 * * * *' } },
    /^pollCron: .* has a step '0' in its minute that is not from 1 to 59\./,
  ],
  [
    'cron backwards',
    { env: { POLL_CRON: '0 20-4 * * *' } },
    /^pollCron: .* has a hour '20-4' that runs backwards\./,
  ],
  [
    'cron step without a range',
    { env: { POLL_CRON: '0 1/6 * * *' } },
    /^pollCron: .* write \*\/6 or 1-23\/6\./,
  ],
  [
    'cron on 31 February',
    { env: { POLL_CRON: '0 0 31 2 *' } },
    /^pollCron: .* names a day that none of its months has\./,
  ],
  ['cron in words', { env: { POLL_CRON: 'hourly' } }, /^pollCron: 'hourly' .* has 1 field\./],
  [
    'time zone unknown',
    { env: { POLL_TIME_ZONE: 'Mars/Olympus' } },
    /^pollTimeZone: 'Mars\/Olympus' .* is no time zone that is known here\./,
  ],
  [
    'period unknown',
    { env: { MAIN_PERIOD: 'P14D' } },
    /^mainPeriod: 'P14D' .* Accepted: one of P7D, P30D, P90D\./,
  ],
  ['period twice', { env: { PERIODS: 'P90D,P90D' } }, /^periods: .* says the same twice \(entry 2\)\./],
  [
    'main period not among the periods',
    { env: { PERIODS: 'P7D,P30D' } },
    'periods: P7D,P30D lacks MAIN_PERIOD (P90D). Add it, or choose another MAIN_PERIOD',
  ],
  [
    'risk bands that cross',
    { env: { RISK_HIGH_MAX: '7' } },
    'riskHighMax: 7 is not below RISK_MEDIUM_MAX (7). Example: RISK_HIGH_MAX=3 and RISK_MEDIUM_MAX=7',
  ],
  [
    'risk band at the end of the scale',
    { env: { RISK_MEDIUM_MAX: '10' } },
    /^riskMediumMax: .* is above 9\./,
  ],
  [
    'a file to watch that there is not',
    { env: { WATCH_CONFIG_FILE: 'true' } },
    'watchConfigFile: there is no file to watch. Set CONFIG_FILE (or --config), or leave WATCH_CONFIG_FILE out',
  ],
  // Who may read
  [
    'key in place of its hash',
    { env: { API_KEYS: 'bi:s3cret-key' } },
    /^apiKeys: \*\*\* from API_KEYS \(environment\) has an entry 1 \('bi'\) that needs 64 hexadecimal digits as sha256, not the key itself\./,
  ],
  [
    'key without a name',
    { env: { API_KEYS: SHA } },
    /^apiKeys: \*\*\* .* has an entry 1 that is not a name and a sha256\./,
  ],
  [
    'key name four times',
    { env: { API_KEYS: ['ab', 'cd', 'ef', '01'].map((two) => `bi:${two.repeat(32)}`).join() } },
    /^apiKeys: \*\*\* .* has the name 'bi' more than 3 times\./,
  ],
  [
    'key whose last day is no day',
    { env: { API_KEYS: `bi:${SHA}@2027-02-30` } },
    /^apiKeys: \*\*\* .* has an entry 1 \('bi'\) whose last day is not a date such as 2027-01-31\./,
  ],
  [
    'key whose last day is a number',
    { file: { apiKeys: [{ name: 'bi', sha256: SHA, until: 20270131 }] } },
    /^apiKeys: \*\*\* .* whose last day is not a date/,
  ],
  [
    'one key under two names',
    { env: { API_KEYS: `a:${SHA},b:${SHA.toUpperCase()}` } },
    /^apiKeys: \*\*\* .* gives 'b' a sha256 that stands there already\./,
  ],
  [
    'unknown member of a key',
    { file: { apiKeys: [{ name: 'bi', sha256: SHA, role: 'x' }] } },
    /^apiKeys: \*\*\* .* has an entry 1 that is not a name and a sha256\./,
  ],
  [
    'password in place of its hash',
    { env: { BASIC_USERS: 'ann:s3cret' } },
    /^basicUsers: \*\*\* .* \('ann'\) that needs a \$scrypt\$… hash, not the password itself\./,
  ],
  [
    'hash that costs too much',
    { env: { BASIC_USERS: `ann:${HASH.replace('ln=15', 'ln=30')}` } },
    /^basicUsers: \*\*\* .* needs a \$scrypt\$… hash/,
  ],
  [
    'key parameter that is a system option',
    { env: { API_KEY_PARAMETER: '$filter' } },
    /^apiKeyParameter: '\$filter' .* is a query option already\./,
  ],
  [
    'key parameter without the dollar sign',
    { env: { API_KEY_PARAMETER: 'Top' } },
    /^apiKeyParameter: 'Top' .* is a query option already\./,
  ],
  [
    'key parameter of ours',
    { env: { API_KEY_PARAMETER: 'asof' } },
    /^apiKeyParameter: .* is a query option already\./,
  ],
  [
    'key parameter with a sign',
    { env: { API_KEY_PARAMETER: 'my&key' } },
    /^apiKeyParameter: .* is no name for a query parameter\./,
  ],
  [
    'open to all by accident',
    { env: { HOST: '0.0.0.0', PUBLIC_URL: 'https://feed.contoso.com' } },
    "host: '0.0.0.0' would serve everybody who can reach it. Set API_KEYS (discovery-feed create-key), BASIC_USERS (discovery-feed hash-password) or ENTRA_TENANT_IDS, or say ALLOW_ANONYMOUS=true, or keep HOST=127.0.0.1",
  ],
  [
    'no base for links',
    { env: { HOST: '::', API_KEYS: `bi:${SHA}` } },
    /^publicUrl: is missing: with HOST=:: .* Set PUBLIC_URL=https:\/\/…, or TRUSTED_PROXIES/,
  ],
  [
    'passwords that nobody could send',
    { env: { ...OPEN, BASIC_USERS: `ann:${HASH}` } },
    /^trustedProxies: is missing: BASIC_USERS work over https only/,
  ],
  [
    'readers of a tenant by its name',
    { env: { ...ENTRA, ENTRA_TENANT_IDS: 'contoso.com' } },
    /^entraTenantIds: 'contoso\.com' .* has a wrong entry 1, which is not a GUID\./,
  ],
  [
    'audience that is a host',
    { env: { ...ENTRA, ENTRA_AUDIENCES: 'feed.contoso.com' } },
    /^entraAudiences: .* which is neither an https:\/\/ or api:\/\/ URI nor a GUID\./,
  ],
  [
    'reader of no kind',
    { env: { ...ENTRA, ENTRA_READERS: 'Feed.Read' } },
    /^entraReaders: .* has a wrong entry 1, which names no reader\. Accepted: role:…, scope:…, group:… or entra:…/,
  ],
  [
    'group by its name',
    { env: { ...ENTRA, ENTRA_READERS: 'role:Feed.Read,group:Finance' } },
    /^entraReaders: .* has a wrong entry 2, which has no object ID \(a GUID\)\./,
  ],
  [
    'tokens for nobody in particular',
    { env: { ENTRA_TENANT_IDS: TENANT } },
    /^entraAudiences: is missing: .* Set PUBLIC_URL .*, or ENTRA_AUDIENCES/,
  ],
  [
    'readers without a tenant',
    { env: { ENTRA_READERS: 'role:Feed.Read' } },
    /^entraTenantIds: is missing: ENTRA_READERS alone lets nobody sign in\. Set ENTRA_TENANT_IDS/,
  ],
  ['no failures at all', { env: { SIGN_IN_FAILURES: '0' } }, /^signInFailures: '0' .* is below 1\./],
  // Tenants
  [
    'managed identity of nobody',
    { env: { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_MANAGED_IDENTITY: 'true' } },
    /^azureManagedIdentity: 'true' .* Accepted: one of system, user\./,
  ],
  [
    'managed identity that a user assigned, without saying which',
    { env: { AZURE_TENANT_ID: TENANT, AZURE_MANAGED_IDENTITY: 'user' } },
    'tenant: is not complete. Missing: AZURE_CLIENT_ID',
  ],
  [
    'two ways to sign in',
    { env: { ...COMPLETE, AZURE_FEDERATED_TOKEN_FILE: 'token' } },
    'tenant: has AZURE_CLIENT_SECRET and AZURE_FEDERATED_TOKEN_FILE. Keep one of them',
  ],
  [
    'tenant that is many',
    { env: { ...COMPLETE, AZURE_TENANT_ID: 'common' } },
    /^azureTenantId: 'common' .* is not one tenant\./,
  ],
  [
    'tenant that is a name',
    { env: { ...COMPLETE, AZURE_TENANT_ID: 'Contoso' } },
    /^azureTenantId: 'Contoso' .* is neither a GUID nor a domain name\./,
  ],
  [
    'client that is no GUID',
    { env: { ...COMPLETE, AZURE_CLIENT_ID: 'my-app' } },
    /^azureClientId: 'my-app' .* is not a GUID\./,
  ],
  [
    'tenant alone',
    { env: { AZURE_TENANT_ID: TENANT } },
    'tenant: is not complete. Missing: AZURE_CLIENT_ID, AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE, AZURE_MANAGED_IDENTITY)',
  ],
  [
    'secret alone',
    { env: { AZURE_CLIENT_SECRET: 'hush-hush' } },
    'tenant: is not complete. Missing: AZURE_TENANT_ID, AZURE_CLIENT_ID',
  ],
  [
    'secret missing',
    { env: { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT } },
    'tenant: is not complete. Missing: AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH, AZURE_FEDERATED_TOKEN_FILE, AZURE_MANAGED_IDENTITY)',
  ],
  [
    'secret and certificate',
    { env: { ...COMPLETE, AZURE_CLIENT_CERTIFICATE_PATH: 'x.pem' } },
    'tenant: has AZURE_CLIENT_SECRET and AZURE_CLIENT_CERTIFICATE_PATH. Keep one of them',
  ],
  [
    'secret twice',
    { env: { ...COMPLETE, AZURE_CLIENT_SECRET_FILE: 's' } },
    'azureClientSecret: is given twice, by AZURE_CLIENT_SECRET (environment) and by AZURE_CLIENT_SECRET_FILE (environment). Keep one of them',
  ],
  [
    'secret file that is not there',
    { env: { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_SECRET_FILE: 'gone' } },
    "azureClientSecret: the file that AZURE_CLIENT_SECRET_FILE (environment) names cannot be read ('gone', ENOENT: there is no such file)",
  ],
  [
    'secret file that is empty',
    {
      env: { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_SECRET_FILE: 's' },
      files: { s: '\n' },
    },
    /^azureClientSecret: .* is empty \('s'\)$/,
  ],
  [
    'production without a tenant',
    { env: { NODE_ENV: 'production' } },
    /^azureTenantId: no tenant is configured, .* Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET/,
  ],
  [
    'tenants that are no list',
    { file: { tenants: {} } },
    /^tenants: \{\} from "tenants" in feed\.json is not a list\./,
  ],
  ['tenant that is no object', { file: { tenants: ['contoso.com'] } }, /^tenants\[0\]: is not an object\./],
  [
    'entry without a client',
    { file: { tenants: [{ tenantId: TENANT, clientSecret: 'hush-hush' }] } },
    'tenants[0]: is not complete. Missing: "clientId"',
  ],
  [
    'entry with a slip',
    { file: { tenants: [{ tenantId: TENANT, clientId: CLIENT, clientSecret: 'a', displayname: 'x' }] } },
    "tenants[0].displayname: a tenant has no such member. Did you mean 'displayName'?",
  ],
  [
    'entry with an unknown Graph',
    { file: { tenants: [{ tenantId: TENANT, clientId: CLIENT, clientSecret: 'a', graphBaseUrl: 'graph' }] } },
    /^tenants\[0\]\.graphBaseUrl: 'graph' is not a URL\. Accepted: an https URL/,
  ],
  [
    'entry with a number as secret',
    { file: { tenants: [{ tenantId: TENANT, clientId: CLIENT, clientSecret: 12345 }] } },
    /^tenants\[0\]\.clientSecret: \*\*\* is not a string\./,
  ],
  [
    'entry twice',
    {
      file: {
        tenants: [TENANT, TENANT.toUpperCase()].map((tenantId) => ({
          tenantId,
          clientId: CLIENT,
          clientSecret: 'a',
        })),
      },
    },
    `tenants[1].tenantId: '${TENANT}' stands in tenants[0] already`,
  ],
  [
    'entry with both credentials',
    { file: { tenants: [{ tenantId: TENANT, clientId: CLIENT, clientSecret: 'a', clientSecretFile: 'b' }] } },
    'tenants[0]: has "clientSecret" and "clientSecretFile". Keep one of them',
  ],
  [
    'variables of another tenant',
    {
      env: { ...COMPLETE },
      file: { tenants: [{ tenantId: 'contoso.com', clientId: CLIENT, clientSecret: 'a' }] },
    },
    /^azureTenantId: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET stand beside the list "tenants" of the file, but AZURE_TENANT_ID names none of its tenants\./,
  ],
  [
    'certificate that is not there',
    { env: { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_CERTIFICATE_PATH: 'gone.pem' } },
    /^tenant\.clientCertificatePath: the file of AZURE_CLIENT_CERTIFICATE_PATH cannot be read \('gone\.pem', ENOENT/,
  ],
  // Names and files
  [
    'member unknown',
    { file: { pagesize: 10 } },
    "pagesize: no setting has this name (in feed.json). Did you mean 'pageSize'?",
  ],
  ['member in the spelling of the environment', { file: { PAGE_SIZE: 10 } }, /Did you mean 'pageSize'\?$/],
  [
    'member like nothing',
    { file: { colour: 'red' } },
    'colour: no setting has this name (in feed.json). docs/settings.md lists all of them.',
  ],
  ['member of a prototype', { file: '{"__proto__": {"port": 1}}' }, /^__proto__: no setting has this name/],
  [
    'file in the file',
    { file: { configFile: 'other.json' } },
    'configFile: cannot stand in the configuration file; set CONFIG_FILE or --config',
  ],
  [
    'flag unknown',
    { flags: { pagsize: '10' } },
    "--pagsize: no setting has this flag. Did you mean '--page-size'?",
  ],
  [
    'secret as a flag',
    { flags: { azureClientSecret: 'hush-hush' } },
    /^azureClientSecret: is secret, .* use AZURE_CLIENT_SECRET or AZURE_CLIENT_SECRET_FILE instead of --azure-client-secret$/,
  ],
  [
    'tenants as a flag',
    { flags: { tenants: '[]' } },
    /^tenants: cannot be given as --tenants; write it into the configuration file/,
  ],
  [
    'file that is not there',
    { env: { CONFIG_FILE: 'gone.json' } },
    "configFile: 'gone.json' from CONFIG_FILE (environment) cannot be read (ENOENT: there is no such file)",
  ],
  [
    'file that is no JSON',
    { file: '{\n  "port": 4004,\n  "host": hush-hush\n}' },
    "configFile: 'feed.json' from CONFIG_FILE (environment) is not JSON (line 3, column 11)",
  ],
  [
    'file with a member twice',
    { file: '{\n "port": 1,\n "port": 2}' },
    /is not JSON \(line 3, column \d+: a member stands there for the second time\)$/,
  ],
  ['file that ends early', { file: '{"port": 1' }, /is not JSON \(line 1, column 11\)$/],
  [
    'file that is a list',
    { file: '[]' },
    "configFile: 'feed.json' from CONFIG_FILE (environment) must hold one JSON object, like config/default.json",
  ],
];

describe('A wrong configuration', () => {
  it.each(ONE_MISTAKE)('%s', (_what, pieces, expected) => {
    const error = refusal(pieces);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', exitCode: 78 });
    expect(error.message).toMatch(/^The configuration has a mistake:\n- [^\n]+$/);
    const [line] = mistakesOf(pieces);
    if (typeof expected === 'string') expect(line).toBe(expected);
    else expect(line).toMatch(expected);
    expect(error.target).toBe(line?.slice(0, line.indexOf(':')));
    expect(`${error.message}${error.hint}`).not.toMatch(/hush-hush|s3cret|12345/);
  });

  it('is told with all its mistakes at once', () => {
    expect(
      mistakesOf({
        env: {
          PORT: 'x',
          POLL_CRON: '* *',
          LOG_LEVEL: 'loud',
          AZURE_TENANT_ID: TENANT,
          RISK_HIGH_MAX: '8',
          API_KEYS: 'a',
        },
        flags: { pagesize: '1', pageSize: '0' },
        file: { drainSeconds: -1, portt: 1 },
      }).map((line) => line.slice(0, line.indexOf(':'))),
    ).toEqual([
      'portt',
      '--pagesize',
      'port',
      'logLevel',
      'pageSize',
      'drainSeconds',
      'apiKeys',
      'pollCron',
      'tenant',
      'riskHighMax',
    ]);
  });

  it('counts its mistakes', () => {
    expect(refusal({ env: { PORT: 'x', PAGE_SIZE: 'y' } }).message).toMatch(
      /^The configuration has 2 mistakes:\n- .+\n- .+$/,
    );
  });

  it('tells of every wrong tenant', () => {
    const tenants = [{ tenantId: 'x' }, { tenantId: TENANT, clientId: 'y', clientSecretFile: 'gone' }, 7];
    expect(mistakesOf({ file: { tenants } })).toEqual([
      expect.stringMatching(/^tenants\[0\]\.tenantId: 'x' is neither/),
      expect.stringMatching(/^tenants\[1\]\.clientId: 'y' is not a GUID/),
      expect.stringMatching(/^tenants\[2\]: is not an object/),
      'tenants[0]: is not complete. Missing: "clientId", "clientSecret" (or "clientCertificatePath", "federatedTokenFile", "managedIdentity")',
      expect.stringMatching(/^tenants\[1\]\.clientSecretFile: the file of "clientSecretFile" cannot be read/),
    ]);
  });

  it('is told both that everybody could read and that links lack a base', () => {
    const lines = mistakesOf({ env: { HOST: '0.0.0.0' } });
    expect(lines.map((line) => line.slice(0, line.indexOf(':')))).toEqual(['host', 'publicUrl']);
  });

  it('concludes nothing from a setting that has a mistake of its own', () => {
    expect(
      mistakesOf({
        env: { PAGE_SIZE: '50000', MAX_PAGE_SIZE: 'x', HOST: '0.0.0.0', API_KEYS: 'x', PUBLIC_URL: '?' },
      }),
    ).toHaveLength(3);
  });

  it('concludes nothing about tenants when the file cannot be read', () => {
    expect(
      mistakesOf({ env: { CONFIG_FILE: 'gone', NODE_ENV: 'production', AZURE_TENANT_ID: TENANT } }),
    ).toHaveLength(1);
  });

  it('is quoted on one line, shortened, and without control characters', () => {
    const [line, ...more] = mistakesOf({ env: { HOST: `a\n\u001b[31m\u202e${'x'.repeat(500)}` } });
    expect(more).toEqual([]);
    expect(line).toContain("'a\\n\\u001b[31m\\u202exxx");
    expect(line!.length).toBeLessThan(250);
  });

  it('is not quoted when it came from a file of secrets', () => {
    const [line] = mistakesOf({
      env: { ...COMPLETE, AZURE_TENANT_ID: '', AZURE_TENANT_ID_FILE: 'f' },
      files: { f: 'hush-hush' },
    });
    expect(line).toMatch(
      /^azureTenantId: \*\*\* from the file of AZURE_TENANT_ID_FILE \(environment\) is neither/,
    );
  });
});
