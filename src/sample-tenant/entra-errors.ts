/** The refusals of Entra that people meet (https://learn.microsoft.com/entra/identity-platform/reference-error-codes). */
import { randomUUID } from 'node:crypto';

/** One refusal: AADSTS number, HTTP status, OAuth error, and Entra's sentence with places for names. */
interface EntraErrorEntry {
  readonly code: number;
  readonly status: number;
  readonly error: string;
  readonly text: string;
}

/** By our short name. `{app}` and `{tenant}` are filled in. */
export const ENTRA_ERRORS = {
  wrongSecret: {
    code: 7000215,
    status: 401,
    error: 'invalid_client',
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{app}'.",
  },
  expiredSecret: {
    code: 7000222,
    status: 401,
    error: 'invalid_client',
    text: "The provided client secret keys for app '{app}' are expired. Visit the Azure portal to create new keys for your app.",
  },
  unknownApp: {
    code: 700016,
    status: 400,
    error: 'unauthorized_client',
    text: "Application with identifier '{app}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.",
  },
  unknownTenant: {
    code: 90002,
    status: 400,
    error: 'invalid_request',
    text: "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
  },
  badAssertion: {
    code: 700027,
    status: 401,
    error: 'invalid_client',
    text: "Client assertion failed signature validation. The certificate with identifier used to sign the client assertion is not registered on application '{app}'.",
  },
  noFederation: {
    code: 700213,
    status: 401,
    error: 'invalid_client',
    text: 'No matching federated identity record found for presented assertion subject. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.',
  },
  missingCredential: {
    code: 7000218,
    status: 401,
    error: 'invalid_client',
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  unsupportedGrant: {
    code: 70003,
    status: 400,
    error: 'unsupported_grant_type',
    text: 'The app requested an unsupported grant type.',
  },
  unknownScope: {
    code: 70011,
    status: 400,
    error: 'invalid_scope',
    text: 'The provided value for the input parameter scope is not valid: it must be https://graph.microsoft.com/.default.',
  },
} as const satisfies Record<string, EntraErrorEntry>;

/** Name of a refusal. */
export type EntraErrorName = keyof typeof ENTRA_ERRORS;

/** The JSON body of a refusal, shaped as Entra's. */
export function entraErrorBody(name: EntraErrorName, app: string, tenant: string): Record<string, unknown> {
  const { code, error, text } = ENTRA_ERRORS[name];
  const [traceId, correlationId] = [randomUUID(), randomUUID()];
  const timestamp = `${new Date().toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const sentence = text.replace('{app}', app).replace('{tenant}', tenant);
  return {
    error,
    error_description: `AADSTS${code}: ${sentence} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  };
}
