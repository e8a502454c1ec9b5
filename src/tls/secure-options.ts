/** What TLS the server speaks: 1.2 with ECDHE and AES-GCM (what the Power BI service asks for), and 1.3. */
import type { SecureContextOptions } from 'node:tls';

/** A certificate with its chain and the key that belongs to it, both PEM. */
export interface CertificatePair {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Forward secrecy and authenticated encryption only; in the server's order. */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_AES_128_GCM_SHA256',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** Options of a secure context, for a new server and for {@link https://nodejs.org/api/tls.html setSecureContext} alike. */
export function secureOptions({ certificate, privateKey }: CertificatePair): SecureContextOptions {
  return {
    cert: certificate,
    key: privateKey,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
  };
}
