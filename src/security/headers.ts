/** Headers that tell browsers what not to do: helmet, with a policy for a page that brings all of its own parts. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

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

const OVER_HTTP = helmet({ ...COMMON, strictTransportSecurity: false });
const OVER_HTTPS = helmet({
  ...COMMON,
  strictTransportSecurity: { maxAge: HSTS_SECONDS, includeSubDomains: false },
});

/**
 * Sets the headers on every answer. Strict-Transport-Security goes only where TLS ended here or at a trusted proxy that
 * says so, and never to localhost: a browser would hold every other server of that machine to it.
 */
export const securityHeaders: RequestHandler = (request, response, next) => {
  const pinned = request.secure && !LOOPBACK.test(request.hostname);
  (pinned ? OVER_HTTPS : OVER_HTTP)(request, response, next);
};

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i;
