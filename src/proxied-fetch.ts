import type { ProxySettings } from './outbound-proxy.js';

/** The platform's fetch through the proxy; undefined when there is no proxy. */
export function proxiedFetch(settings: ProxySettings): typeof globalThis.fetch | undefined {
  if (settings.httpsProxy === undefined) return undefined;
  // Few need it, and undici takes a while to load.
  const loaded = Promise.all([import('undici'), import('./outbound-proxy.js')]).then(
    ([{ fetch }, { proxyDispatcher }]) => ({ fetch, dispatcher: proxyDispatcher(settings) }),
  );
  const proxied = async (input: string, init: object) => {
    const { fetch, dispatcher } = await loaded;
    return fetch(input, { ...init, ...(dispatcher && { dispatcher }) });
  };
  return proxied as unknown as typeof globalThis.fetch;
}
