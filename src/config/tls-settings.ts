import { optional } from './setting.js';
import { text } from './setting-type.js';

/** TLS of the server itself. Without both files it speaks plain HTTP: on loopback, or behind a proxy. */
export const TLS = {
  tlsCertificatePath: optional(text('the path of a PEM file'), {
    help: 'PEM file with the certificate of this server, followed by its chain: the server then speaks https only. A new file is taken over while it runs.',
    needsRestart: true,
    example: '/run/secrets/feed.crt',
  }),
  tlsKeyPath: optional(text('the path of a PEM file'), {
    help: 'PEM file with the private key of TLS_CERTIFICATE_PATH, without a password; may be the same file.',
    needsRestart: true,
    example: '/run/secrets/feed.key',
  }),
};
