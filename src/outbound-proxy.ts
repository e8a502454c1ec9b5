/** The way out: through HTTPS_PROXY where one is set. Node 20, MSAL and jose do not do it by themselves. */
import { EnvHttpProxyAgent, type Dispatcher } from 'undici';
import type { Settings } from './config/settings.js';

/** Where the proxy stands, if there is one. */
export type ProxySettings = Pick<Settings, 'httpsProxy' | 'noProxy'>;

/** undici's dispatcher through the proxy, except for the hosts of NO_PROXY; undefined when there is no proxy. */
export function proxyDispatcher({ httpsProxy, noProxy }: ProxySettings): Dispatcher | undefined {
  if (httpsProxy === undefined) return undefined;
  return new EnvHttpProxyAgent({ httpsProxy, ...(noProxy === undefined ? {} : { noProxy }) });
}
