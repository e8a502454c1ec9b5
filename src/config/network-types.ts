/** Kinds of addresses: hosts, base URLs, proxies. */
import { isIP } from 'node:net';
import { isLoopbackHost } from './loopback.js';
import { bad, good, textual, type Reading, type SettingType } from './setting-type.js';

/** A base URL: https (http on loopback only), no query, no fragment, no credentials; read without a slash at the end. */
export function baseUrl(): SettingType<string> {
  return textual('an https URL (http on loopback only) without a query', (given) => {
    const parsed = readUrl(given);
    if (!parsed.ok) return parsed;
    const url = parsed.value;
    if (url.search !== '' || url.hash !== '' || /[?#]/.test(given)) return bad('has a query or a fragment');
    if (url.username !== '' || url.password !== '') return bad('has a user name or a password in it');
    if (url.protocol !== 'https:' && !isLoopbackHost(url.hostname)) return bad('is not https');
    return good(`${url.origin}${url.pathname.replace(/\/+$/, '')}`);
  });
}

/** A proxy as curl and others take it: a URL or host:port; read as a URL. Printed without its password. */
export function proxyUrl(): SettingType<string> {
  const type = textual('the URL of an HTTP proxy', (given) => {
    const parsed = readUrl(given.includes('://') ? given : `http://${given}`);
    return parsed.ok ? good(parsed.value.href) : parsed;
  });
  return {
    ...type,
    show: (value) => {
      const url = new URL(value);
      if (url.username !== '') url.username = '***';
      if (url.password !== '') url.password = '***';
      return url.href;
    },
  };
}

/** An address or name to listen on, without scheme and port; brackets around IPv6 are taken off. */
export function listenHost(): SettingType<string> {
  return textual('an IP address or host name', (given) => {
    const bare = given.replace(/^\[(.*)\]$/, '$1');
    if (isIP(bare) !== 0) return good(bare);
    if (given.includes('://')) return bad('is a URL');
    if (/:\d+$/.test(given)) return bad('has a port in it (that is PORT)');
    return HOST_NAME.test(given) && !/^[\d.]+$/.test(given) ? good(given) : bad('is no host name');
  });
}

const HOST_NAME = /^(?=.{1,253}$)[a-z\d]([a-z\d-]{0,62})(\.[a-z\d][a-z\d-]{0,62})*$/i;
/** Express understands these names for `trust proxy`. */
const PROXY_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** One proxy: an address, a network in CIDR notation, or one of Express's names for private networks. */
export function proxyAddress(): SettingType<string> {
  return textual('an IP address, a network such as 10.0.0.0/8, or loopback', (given) => {
    if (PROXY_NAMES.includes(given)) return good(given);
    const [address = '', length, ...rest] = given.split('/');
    const family = isIP(address);
    if (family === 0 || rest.length > 0) return bad('is neither an IP address nor a network nor loopback');
    if (length === undefined) return good(given);
    const bits = family === 4 ? 32 : 128;
    if (!/^\d+$/.test(length) || Number(length) > bits) return bad(`has a prefix length above ${bits}`);
    return Number(length) === 0 ? bad('trusts every address there is') : good(given);
  });
}

function readUrl(given: string): Reading<URL> {
  if (!URL.canParse(given)) return bad('is not a URL');
  const url = new URL(given);
  return url.protocol === 'http:' || url.protocol === 'https:'
    ? good(url)
    : bad('is not an http or https URL');
}
