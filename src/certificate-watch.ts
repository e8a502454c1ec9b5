/** Keeps the certificate of a server that speaks TLS fresh, and knows when it ends. */
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:tls';
import { readTlsPair, type TlsFiles } from './config/tls-files.js';
import { watchFiles } from './config/watch-files.js';
import type { Observe } from './observe/observation.js';
import { renewCertificate } from './tls/renewal.js';

/** The certificate in use. */
export interface CertificateWatch {
  /** When the certificate in use ends; undefined without TLS. */
  ends(): Date | undefined;
  /** Reads the files now; those that cannot be used are observed, and change nothing. */
  renew(): void;
  /** Looks at the files no more. */
  close(): void;
}

const WITHOUT_TLS: CertificateWatch = {
  ends: () => undefined,
  renew: () => undefined,
  close: () => undefined,
};

/** Takes new certificate files over as they appear. */
export function watchCertificate(
  server: Server,
  files: TlsFiles | undefined,
  observe: Observe,
): CertificateWatch {
  if (files === undefined || !('setSecureContext' in server)) return WITHOUT_TLS;
  const secure = server as Server & TlsServer;
  let ends = readTlsPair(files).notAfter;
  const renew = () => {
    const pair = renewCertificate(secure, () => readTlsPair(files), observe);
    if (pair !== undefined) ends = pair.notAfter;
  };
  const close = watchFiles([files.certificatePath, files.keyPath], renew);
  return { ends: () => ends, renew, close };
}
