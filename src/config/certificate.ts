import { createPrivateKey, X509Certificate } from 'node:crypto';
import { bad, good, type Reading } from './setting-type.js';
import type { TenantCredential } from './tenant-settings.js';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g;

/**
 * The credential in a PEM file as the Azure SDKs take it: one private key and its certificate, in any order, further
 * certificates being the chain. The problem never quotes the file.
 */
export function readCertificate(pem: string): Reading<Extract<TenantCredential, { kind: 'certificate' }>> {
  const blocks = [...pem.matchAll(BLOCK)].map(([block, label]) => ({ block, label: label ?? '' }));
  const keys = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const certificates = blocks.filter(({ label }) => label === 'CERTIFICATE');
  const [key] = keys;
  const [leaf] = certificates;
  if (key === undefined) return bad('holds no private key (-----BEGIN PRIVATE KEY-----)');
  if (keys.length > 1) return bad('holds more than one private key');
  if (leaf === undefined) return bad('holds no certificate (-----BEGIN CERTIFICATE-----)');
  if (key.label.startsWith('ENCRYPTED') || key.block.includes('Proc-Type: 4,ENCRYPTED')) {
    return bad('holds an encrypted private key: write it without a password (openssl pkey)');
  }
  const problem = mismatch(key.block, leaf.block);
  if (problem !== undefined) return bad(problem);
  return good({
    kind: 'certificate',
    privateKey: `${key.block}\n`,
    certificate: certificates.map(({ block }) => `${block}\n`).join(''),
  });
}

function mismatch(key: string, certificate: string): string | undefined {
  try {
    const privateKey = createPrivateKey(key);
    const type = privateKey.asymmetricKeyType ?? 'unknown';
    if (type !== 'rsa') return `holds a private key of type ${type}: Entra takes RSA keys`;
    if (new X509Certificate(certificate).checkPrivateKey(privateKey)) return undefined;
    return 'holds a private key that does not belong to its first certificate';
  } catch {
    return 'holds a private key or a certificate that cannot be read';
  }
}
