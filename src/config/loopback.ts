import { isIP } from 'node:net';

/**
 * Whether a host name or address means this machine only: localhost, 127.0.0.0/8, ::1 (with or without brackets).
 * Other names are not looked up: a name that resolves to loopback today may not tomorrow.
 */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (bare === 'localhost' || bare === '::1') return true;
  const v4 = bare.startsWith('::ffff:') ? bare.slice('::ffff:'.length) : bare;
  return isIP(v4) === 4 && v4.startsWith('127.');
}

/** {@link isLoopbackHost} of a URL's host; false for what is no URL. Graph on loopback is not paced. */
export function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}
