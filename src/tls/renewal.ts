/** Takes a new certificate over while the server runs: connections stay, new ones are greeted with the new one. */
import type { Server } from 'node:tls';
import { asFeedError } from '../errors.js';
import type { Observe } from '../observe/observation.js';
import { secureOptions, type CertificatePair } from './secure-options.js';

/** A pair, and when its certificate ends. */
type DatedPair = CertificatePair & { readonly notAfter: Date };

/**
 * Reads the files again and serves what they hold. Files that cannot be used are observed, and the pair of before stays
 * in use: a renewal that goes wrong must not end the service.
 *
 * @param readPair may throw CONFIG_INVALID
 * @returns the pair that is in use now, `undefined` when it is still that of before
 */
export function renewCertificate(
  server: Pick<Server, 'setSecureContext'>,
  readPair: () => DatedPair,
  observe: Observe,
): DatedPair | undefined {
  try {
    const pair = readPair();
    server.setSecureContext(secureOptions(pair));
    observe({ kind: 'certificateRenewed', notAfter: pair.notAfter.toISOString() });
    return pair;
  } catch (thrown) {
    const { code, message, hint } = asFeedError(thrown);
    observe({ kind: 'certificateRefused', error: { code, message, hint } });
    return undefined;
  }
}
