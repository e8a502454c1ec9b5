/** MSAL's client for one application, with the credential that it proves itself with. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import {
  ConfidentialClientApplication,
  ManagedIdentityApplication,
  type AuthenticationResult,
  type NodeAuthOptions,
} from '@azure/msal-node';
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
    }
  | {
      readonly kind: 'federated';
      /** A token that the platform issued for this application; asked for at every request to Entra. */
      readonly readToken: () => string;
    }
  | { readonly kind: 'managedIdentity'; readonly assigned: 'system' | 'user' };

/** The application at its tenant. */
export interface Application {
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: Credential;
}

/** Asks MSAL for a token of a scope such as `https://graph.microsoft.com/.default`. */
export type Acquire = (scope: string, skipCache: boolean) => Promise<AuthenticationResult | null>;

/**
 * A new MSAL client.
 * @throws FeedError IDENTITY_CERTIFICATE_REFUSED when the PEM texts cannot be used
 */
export function createMsalClient(application: Application, http: SignInHttp): Acquire {
  const { credential, clientId } = application;
  if (credential.kind === 'managedIdentity') {
    return managedIdentity(credential.assigned === 'user' ? clientId : undefined, http);
  }
  const client = confidentialClient(application, credential, http);
  return (scope, skipCache) => client.acquireTokenByClientCredential({ scopes: [scope], skipCache });
}

/** MSAL finds the machine's endpoint by itself (App Service, Container Apps, Arc, IMDS …); its own retries are ours. */
function managedIdentity(userAssignedClientId: string | undefined, http: SignInHttp): Acquire {
  const client = new ManagedIdentityApplication({
    ...(userAssignedClientId === undefined ? {} : { managedIdentityIdParams: { userAssignedClientId } }),
    system: { networkClient: http, disableInternalRetries: true },
  });
  return (scope, forceRefresh) =>
    client.acquireToken({ resource: scope.replace(/\/\.default$/, ''), forceRefresh });
}

type OwnCredential = Exclude<Credential, { kind: 'managedIdentity' }>;

function confidentialClient(
  application: Application,
  credential: OwnCredential,
  http: SignInHttp,
): ConfidentialClientApplication {
  return new ConfidentialClientApplication({
    auth: {
      clientId: application.clientId,
      authority: `${http.authority.origin}/${encodeURIComponent(application.tenantId)}`,
      // Host AND port: MSAL compares the whole. It then asks no other host whether this one is genuine.
      knownAuthorities: [http.authority.host],
      ...proofOf(credential),
    },
    system: { networkClient: http },
  });
}

function proofOf(credential: OwnCredential): Partial<NodeAuthOptions> {
  if (credential.kind === 'secret') return { clientSecret: credential.secret };
  if (credential.kind === 'federated') {
    const { readToken } = credential;
    return { clientAssertion: () => Promise.resolve().then(readToken) };
  }
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
