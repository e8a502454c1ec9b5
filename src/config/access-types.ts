/** Kinds of identities: tenants, applications, audiences, readers; and the name of the key's query parameter. */
import { bad, good, textual, type SettingType } from './setting-type.js';

const GUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
const DOMAIN = /^(?=.{4,253}$)([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z]([a-z\d-]*[a-z\d])$/;
const MANY_TENANTS = ['common', 'organizations', 'consumers'];

/** Application (client) ID: a GUID, read in lower case. */
export function guid(): SettingType<string> {
  return textual('a GUID', (given) =>
    GUID.test(given.toLowerCase()) ? good(given.toLowerCase()) : bad('is not a GUID'),
  );
}

/** Directory (tenant) ID or a verified domain name, read in lower case. */
export function tenantId(): SettingType<string> {
  return textual('a GUID or a domain name that is verified in the tenant', (given) => {
    const lower = given.toLowerCase();
    if (MANY_TENANTS.includes(lower)) return bad('is not one tenant');
    return GUID.test(lower) || DOMAIN.test(lower) ? good(lower) : bad('is neither a GUID nor a domain name');
  });
}

/** Names that OData gives a meaning, with or without `$`, and our own custom option. */
const TAKEN =
  'apply,asof,compute,count,deltatoken,expand,filter,format,id,index,levels,orderby,schemaversion,search,select,skip,skiptoken,top'.split(
    ',',
  );

/** The name of a query parameter that is none of OData's system query options. */
export function parameterName(): SettingType<string> {
  return textual('a name of letters, digits, _ - . that is no OData query option', (given) => {
    const bare = given.replace(/^\$/, '').toLowerCase();
    if (TAKEN.includes(bare)) return bad('is a query option already');
    return /^[\w.-]{1,64}$/.test(given) ? good(given) : bad('is no name for a query parameter');
  });
}

/** What a token may be made out for: an Application ID URI (scheme and host matter to Power BI) or a client ID. */
export function audience(): SettingType<string> {
  return textual('an Application ID URI such as https://feed.contoso.com, or a client ID', (given) => {
    const lower = given.toLowerCase();
    if (GUID.test(lower)) return good(lower);
    const isUri = /^(https|api):\/\/[^\s/?#]+(\/[^\s?#]*)?$/.test(given);
    return isUri ? good(given) : bad('is neither an https:// or api:// URI nor a GUID');
  });
}

const READER_KINDS: Readonly<Record<string, (name: string) => string | undefined>> = {
  role: (name) => name,
  scope: (name) => name,
  group: (name) => (GUID.test(name.toLowerCase()) ? name.toLowerCase() : undefined),
  entra: (name) => (GUID.test(name.toLowerCase()) ? name.toLowerCase() : undefined),
};

/** Holders of Entra tokens, as grants name them: `role:Feed.Read`, `group:<object id>` … */
export function entraReader(): SettingType<string> {
  return textual('role:<app role>, scope:<scope>, group:<object id> or entra:<object id>', (given) => {
    const colon = given.indexOf(':');
    const kind = given.slice(0, Math.max(0, colon));
    const name = given.slice(colon + 1);
    if (!Object.hasOwn(READER_KINDS, kind) || name === '') return bad('names no reader');
    const read = READER_KINDS[kind]?.(name);
    return read === undefined ? bad('has no object ID (a GUID)') : good(`${kind}:${read}`);
  });
}
