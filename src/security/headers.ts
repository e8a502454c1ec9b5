/** Headers that tell browsers what not to do: helmet, with a policy for a page that brings all of its own parts. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import helmet, { type HelmetOptions } from 'helmet';

/** Seconds for which browsers ask this host over https only. */
const HSTS_SECONDS = 365 * 24 * 60 * 60;

/** Scripts, styles and requests of this origin only, nothing inline, in nobody's frame. */
const POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

const COMMON = {
  contentSecurityPolicy: { useDefaults: false, directives: POLICY },
  xFrameOptions: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
} as const;

const OVER_HTTP = headersOf({ ...COMMON, strictTransportSecurity: false });
const OVER_HTTPS = headersOf({
  ...COMMON,
  strictTransportSecurity: { maxAge: HSTS_SECONDS, includeSubDomains: false },
});

/** What helmet sets on an answer. It depends on nothing of the request, so it is asked once. */
function headersOf(options: HelmetOptions): readonly (readonly [name: string, value: string])[] {
  const request = undefined as unknown as IncomingMessage;
  const headers: [string, string][] = [];
  const response = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => undefined,
  };
  helmet(options)(request, response as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw error as Error;
  });
  return headers;
}

/**
 * Sets the headers on every answer. Strict-Transport-Security goes only where TLS ended here or at a trusted proxy that
 * says so, and never to localhost: a browser would hold every other server of that machine to it.
 */
export const securityHeaders: RequestHandler = (request, response, next) => {
  const pinned = request.secure && !LOOPBACK.test(request.hostname);
  for (const [name, value] of pinned ? OVER_HTTPS : OVER_HTTP) response.setHeader(name, value);
  next();
};

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i;
