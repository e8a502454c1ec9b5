/** The two PEM files of TLS: read when the configuration is, and again whenever they change. */
import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { FeedError } from '../errors.js';
import { readCertificate } from './certificate.js';
import { reason, type ReadFile } from './layers.js';
import { mistake, quote, type Mistake } from './mistake.js';
import { bad, good, type Reading } from './setting-type.js';
import type { SettingValues } from './settings.js';

/** Where certificate and key lie; both or neither. */
export interface TlsFiles {
  readonly certificatePath: string;
  readonly keyPath: string;
}

/** A certificate with its chain, and the key that belongs to it. */
export interface TlsPair {
  /** PEM: the server's own certificate, then its chain. */
  readonly certificate: string;
  /** PEM, not encrypted. */
  readonly privateKey: string;
  readonly notAfter: Date;
}

/**
 * The pair as it lies on disk now.
 *
 * @throws FeedError CONFIG_INVALID that names the file and what is wrong with it
 */
export function readTlsPair(
  files: TlsFiles,
  readFile: ReadFile = (path) => readFileSync(path, 'utf8'),
): TlsPair {
  const reading = readPair(files, readFile);
  if (reading.ok) return reading.value;
  throw new FeedError('CONFIG_INVALID', `TLS: ${reading.problem}.`, {
    target: 'TLS_CERTIFICATE_PATH',
    hint: 'Put a certificate and its key in place; the pair of before stays in use until then.',
  });
}

/** The files of the settings; what is wrong with them joins the mistakes, and what is doubtful the warnings. */
export function readTlsFiles(
  { tlsCertificatePath, tlsKeyPath }: Partial<SettingValues>,
  readFile: ReadFile,
  mistakes: Mistake[],
): { readonly files?: TlsFiles; readonly doubts: readonly string[] } {
  if (tlsCertificatePath === undefined || tlsKeyPath === undefined) return { doubts: [] };
  const files = { certificatePath: tlsCertificatePath, keyPath: tlsKeyPath };
  const reading = readPair(files, readFile);
  if (reading.ok) return { files, doubts: expiry(reading.value, tlsCertificatePath) };
  mistakes.push(mistake('tlsCertificatePath', reading.problem));
  return { doubts: [] };
}

function expiry({ notAfter }: TlsPair, path: string): string[] {
  if (notAfter.getTime() > Date.now()) return [];
  return [
    `The certificate in ${path} expired on ${notAfter.toISOString().slice(0, 10)}: clients will refuse it. Put a new one in its place; it is taken over at once.`,
  ];
}

function readPair({ certificatePath, keyPath }: TlsFiles, readFile: ReadFile): Reading<TlsPair> {
  const texts: string[] = [];
  for (const path of new Set([keyPath, certificatePath])) {
    try {
      texts.push(readFile(path));
    } catch (error) {
      return bad(`${quote(path)} cannot be read (${reason(error)})`);
    }
  }
  const pair = readCertificate(texts.join('\n'));
  if (!pair.ok) {
    const both = [...new Set([quote(keyPath), quote(certificatePath)])].join(' with ');
    return bad(`${both} ${pair.problem}`);
  }
  const { certificate, privateKey } = pair.value;
  return good({ certificate, privateKey, notAfter: new Date(new X509Certificate(certificate).validTo) });
}
