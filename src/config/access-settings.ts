import { audience, entraReader, guid, parameterName } from './access-types.js';
import { GRANT_SCHEMA } from './grant-schema.js';
import { apiKeys, basicUsers } from './named-credentials.js';
import { baseUrl } from './network-types.js';
import { integer } from './number-types.js';
import { setting } from './setting.js';
import { listInFile, listOf, text, yesNo } from './setting-type.js';

/** Who may read. */
export const ACCESS = {
  allowAnonymous: setting(yesNo(), false, {
    help: 'Serves without a credential on any HOST. On loopback nobody is asked unless API_KEYS, BASIC_USERS or ENTRA_TENANT_IDS is set.',
    example: 'true',
  }),
  apiKeys: setting(apiKeys(), [], {
    help: 'Keys that may read the feed, as SHA-256 hashes. Up to three of one name overlap while a key is replaced; name:sha256@yyyy-mm-dd ends by itself.',
    example: 'powerbi:<64 hexadecimal digits>',
    secret: true,
    fromFile: true,
  }),
  apiKeyParameter: setting(parameterName(), 'key', {
    help: 'Query parameter that carries the key: the ApiKeyName of Power BI’s Web API credential.',
    example: 'key',
  }),
  grants: setting(listInFile('grants', GRANT_SCHEMA), [], {
    help: 'Who may read which tenants, entity sets, properties and rows: see docs/grants.md. Without any, whoever is let in reads everything.',
    example: '[{"to": ["key:powerbi"], "sets": ["DiscoveredApps", "Streams"]}]',
    only: 'file',
  }),
  basicUsers: setting(basicUsers(), [], {
    help: 'Users that may read the feed by name and password (HTTP Basic; over https or on loopback only). Passwords overlap and end as keys do.',
    example: 'reader:$scrypt$ln=15,r=8,p=3$<salt>$<hash>',
    secret: true,
    fromFile: true,
  }),
  entraTenantIds: setting(listOf(guid(), 'directory (tenant) IDs, separated by commas'), [], {
    help: 'Microsoft Entra tenants whose people may read: Power BI’s "Organizational account". See docs/sign-in.md.',
    example: '<directory (tenant) ID>',
  }),
  entraAudiences: setting(listOf(audience(), 'Application ID URIs or client IDs, separated by commas'), [], {
    help: 'What tokens must be made out for. Without it: scheme and host of PUBLIC_URL, which is what Power BI asks for.',
    example: 'https://feed.contoso.com',
  }),
  entraReaders: setting(
    listOf(entraReader(), 'role:…, scope:…, group:… or entra:…, separated by commas'),
    [],
    {
      help: 'Who of these tenants is let in, by app role, scope, group or object ID; others are answered 403. Without it: everybody who gets a token for the feed.',
      example: 'role:Feed.Read',
    },
  ),
  entraAuthorityHost: setting(baseUrl(), 'https://login.microsoftonline.com', {
    help: 'Sign-in service of the readers; another cloud has another one.',
    example: 'https://login.microsoftonline.us',
  }),
  signInFailures: setting(integer(1, 1000), 10, {
    unit: 'failures',
    help: 'Wrong credentials of one address for one user within SIGN_IN_WINDOW_SECONDS before further wrong ones are answered 429. A right one always gets in.',
    example: '10',
  }),
  signInWindowSeconds: setting(integer(1, 86_400), 300, {
    unit: 'seconds',
    help: 'How long a wrong credential is remembered against its address and user.',
    example: '300',
  }),
  auditLog: setting(text('auto, log, off, or the path of a file'), 'auto', {
    help: 'Who read which sets, how many rows and bytes: a line for each request, in the log, or appended to a file. auto writes to the log where readers sign in, else nothing.',
    needsRestart: true,
    example: '/var/log/discovery-feed/audit.log',
  }),
};
