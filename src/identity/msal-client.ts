/** MSAL's client for one application, with the credential that it proves itself with. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { ConfidentialClientApplication, type NodeAuthOptions } from '@azure/msal-node';
import { FeedError } from '../errors.js';
import type { SignInHttp } from './sign-in-http.js';

/** What the application proves itself with. */
export type Credential =
  | { readonly kind: 'secret'; readonly secret: string }
  | {
      readonly kind: 'certificate';
      /** PEM text of the private key (RSA, without a passphrase). */
      readonly privateKey: string;
      /** PEM text of the public certificate. */
      readonly certificate: string;
    };

/** The application at its tenant. */
export interface Application {
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: Credential;
}

/**
 * A new MSAL client; its cache is its own.
 * @throws FeedError IDENTITY_CERTIFICATE_REFUSED when the PEM texts cannot be used
 */
export function createMsalClient(application: Application, http: SignInHttp): ConfidentialClientApplication {
  return new ConfidentialClientApplication({
    auth: {
      clientId: application.clientId,
      authority: `${http.authority.origin}/${encodeURIComponent(application.tenantId)}`,
      // Host AND port: MSAL compares the whole. It then asks no other host whether this one is genuine.
      knownAuthorities: [http.authority.host],
      ...proofOf(application.credential),
    },
    system: { networkClient: http },
  });
}

function proofOf(credential: Credential): Partial<NodeAuthOptions> {
  if (credential.kind === 'secret') return { clientSecret: credential.secret };
  const { certificate, key } = readPair(credential);
  return {
    clientCertificate: {
      thumbprintSha256: certificate.fingerprint256.replaceAll(':', ''),
      privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  };
}

type CertificateCredential = Extract<Credential, { kind: 'certificate' }>;

function readPair(credential: CertificateCredential): { certificate: X509Certificate; key: KeyObject } {
  const key = parse('private key', () => createPrivateKey(credential.privateKey));
  const certificate = parse('certificate', () => new X509Certificate(credential.certificate));
  if (key.asymmetricKeyType !== 'rsa') {
    throw refused(`The private key is of type ${key.asymmetricKeyType ?? 'unknown'}; Entra takes RSA keys.`);
  }
  if (!certificate.checkPrivateKey(key)) {
    throw refused('The private key and the certificate do not belong together.');
  }
  return { certificate, key };
}

/** OpenSSL's reasons name formats, never key material; they are left out all the same. */
function parse<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch {
    throw refused(`The ${what} is no PEM text that can be read (or it needs a passphrase).`);
  }
}

function refused(message: string): FeedError {
  return new FeedError('IDENTITY_CERTIFICATE_REFUSED', message);
}
