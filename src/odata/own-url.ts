/** References to resources of this service as clients write them: relative, from the host's root, or absolute. */

/**
 * Path and query below the service root; `undefined` when the reference leads elsewhere.
 *
 * @param reference as written, percent-encoded
 * @param root URL of the service root, with a slash at its end
 * @example belowRoot('/odata/Apps?$top=1', 'https://host/odata/') → 'Apps?$top=1'
 */
export function belowRoot(reference: string, root: string): string | undefined {
  const { origin, pathname } = new URL(root);
  const [, host, rest] = /^(https?:\/\/[^/?#]*)(.*)$/is.exec(reference) ?? [];
  if (host !== undefined && host.toLowerCase() !== origin) return undefined;
  const local = rest ?? reference;
  if (host === undefined && !local.startsWith('/'))
    return /^[a-z][a-z0-9+.-]*:/i.test(local) ? undefined : local;
  if (local.startsWith(pathname)) return local.slice(pathname.length);
  const bare = pathname.slice(0, -1);
  return local === bare || local.startsWith(`${bare}?`) ? local.slice(bare.length) : undefined;
}
