/** The way out: through HTTPS_PROXY where one is set. Node 20, MSAL and jose do not do it by themselves. */
import { EnvHttpProxyAgent, fetch, type Dispatcher } from 'undici';
import type { Settings } from './config/settings.js';

type ProxySettings = Pick<Settings, 'httpsProxy' | 'noProxy'>;

/** undici's dispatcher through the proxy, except for the hosts of NO_PROXY; undefined when there is no proxy. */
export function proxyDispatcher({ httpsProxy, noProxy }: ProxySettings): Dispatcher | undefined {
  if (httpsProxy === undefined) return undefined;
  return new EnvHttpProxyAgent({ httpsProxy, ...(noProxy === undefined ? {} : { noProxy }) });
}

/** The platform's fetch through the proxy; undefined when there is no proxy. */
export function proxiedFetch(settings: ProxySettings): typeof globalThis.fetch | undefined {
  const dispatcher = proxyDispatcher(settings);
  if (dispatcher === undefined) return undefined;
  const proxied = (input: string, init: object) => fetch(input, { ...init, dispatcher });
  return proxied as unknown as typeof globalThis.fetch;
}
