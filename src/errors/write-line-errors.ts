import type { ErrorEntry } from './error-entry.js';

/** What can go wrong at start, in sign-in to Graph, while polling, and in the store. */
export const WRITE_LINE_ERRORS = {
  CONFIG_INVALID: {
    exitCode: 78,
    when: 'A setting is unknown, malformed, out of range, missing or contradicts another.',
    hint: 'Mend every line above; `discovery-feed config` prints what is in force.',
  },
  IDENTITY_SECRET_WRONG: {
    exitCode: 77,
    when: 'Entra refuses the client secret (AADSTS7000215).',
    hint: "Set AZURE_CLIENT_SECRET to the secret's VALUE, not its id (App registrations → Certificates & secrets).",
  },
  IDENTITY_SECRET_EXPIRED: {
    exitCode: 77,
    when: 'The client secret has expired (AADSTS7000222).',
    hint: 'Create a new client secret (App registrations → Certificates & secrets → New client secret) and set AZURE_CLIENT_SECRET to its value.',
  },
  IDENTITY_CERTIFICATE_REFUSED: {
    exitCode: 77,
    when: 'Entra refuses the certificate or assertion (AADSTS700027, AADSTS700024), or the PEM file cannot be used.',
    hint: 'Upload the public certificate to the app registration (Certificates & secrets → Certificates) and check that the private key matches it.',
  },
  IDENTITY_FEDERATION_REFUSED: {
    exitCode: 77,
    when: 'Entra refuses the federated token (AADSTS70021, AADSTS700211, AADSTS700212, AADSTS700213, AADSTS700024), or its file cannot be read.',
    hint: 'Compare issuer, subject and audience under App registrations → Certificates & secrets → Federated credentials with those of the token in AZURE_FEDERATED_TOKEN_FILE.',
  },
  IDENTITY_APP_UNKNOWN: {
    exitCode: 77,
    when: 'The tenant does not know the application (AADSTS700016).',
    hint: 'Compare AZURE_CLIENT_ID with Application (client) ID on the Overview page of the app registration, and AZURE_TENANT_ID with its Directory (tenant) ID.',
  },
  IDENTITY_TENANT_UNKNOWN: {
    exitCode: 77,
    when: 'Entra does not know the tenant (AADSTS90002, AADSTS900023).',
    hint: 'Compare AZURE_TENANT_ID with Directory (tenant) ID on the Overview page of the app registration.',
  },
  IDENTITY_UNAVAILABLE: {
    exitCode: 75,
    when: 'The sign-in service cannot be reached, is throttling, or answers something unusable.',
    hint: 'Check AZURE_AUTHORITY_HOST, HTTPS_PROXY and the network; the next run tries again by itself.',
  },
  IDENTITY_REFUSED: {
    exitCode: 77,
    when: 'Entra refuses the sign-in for another reason.',
    hint: 'Look the AADSTS number up at https://login.microsoftonline.com/error.',
  },
  GRAPH_CONSENT_MISSING: {
    exitCode: 77,
    when: 'Graph answers 403: the permission is not granted.',
    hint: 'API permissions → Microsoft Graph → Application permissions → CloudApp-Discovery.Read.All → Grant admin consent; a grant can take up to 60 minutes.',
  },
  GRAPH_UNAUTHORIZED: {
    exitCode: 77,
    when: 'Graph answers 401 even to a fresh token.',
    hint: 'Check that GRAPH_BASE_URL and AZURE_AUTHORITY_HOST belong to the same cloud.',
  },
  GRAPH_NOT_FOUND: {
    exitCode: 69,
    when: 'Graph answers 404: a stream was deleted meanwhile, or the base URL is wrong.',
    hint: 'Nothing to do if a report was deleted in the portal; otherwise check GRAPH_BASE_URL.',
  },
  GRAPH_REFUSED: {
    exitCode: 69,
    when: 'Graph answers another 4xx.',
    hint: 'The message carries Graph’s own words and its request id: quote the id to Microsoft support.',
  },
  GRAPH_THROTTLED: {
    exitCode: 75,
    when: 'Graph kept answering 429 until the retry budget of the run was spent.',
    hint: 'The next run tries again; lower GRAPH_REQUESTS_PER_SECOND if it happens often.',
  },
  GRAPH_UNAVAILABLE: {
    exitCode: 75,
    when: 'Graph kept failing (5xx, time-out, connection lost) until the retry budget was spent.',
    hint: 'The next run tries again; check GRAPH_BASE_URL, HTTPS_PROXY and the network if it lasts.',
  },
  GRAPH_UNREADABLE: {
    exitCode: 76,
    when: 'Graph’s answer is not what the contract says: not JSON, no value array, too large.',
    hint: 'A proxy that answers for Graph is the usual reason: check HTTPS_PROXY and GRAPH_BASE_URL.',
  },
  GRAPH_NEXT_LINK_REFUSED: {
    exitCode: 76,
    when: 'A nextLink repeats, leaves the origin of GRAPH_BASE_URL, follows an empty page, or never ends.',
    hint: 'The stream keeps its last good rows; if it lasts, report the request id to Microsoft support.',
  },
  REFRESH_ABORTED: {
    exitCode: 75,
    when: 'The run was cancelled, usually by a stop of the server.',
    hint: 'Nothing is lost: the next start polls again if the schedule says that it is overdue.',
  },
  REFRESH_INCOMPLETE: {
    exitCode: 70,
    when: 'At least one stream could not be renewed; the others were published.',
    hint: 'See StreamRefreshes for the reason of each stream.',
  },
  REFRESH_HELD_BACK: {
    exitCode: 70,
    when: 'A stream came back empty, under half of its last good size, short of rows that could not be read, or not at all: the last good rows stay until three complete polls agree.',
    hint: 'If the drop is real, it is published after three complete polls.',
  },
  STORE_EMPTY: {
    status: 503,
    when: 'No generation holds this set yet: the first refresh is running or has failed.',
    hint: 'The first refresh is running or has failed: try again shortly. Refreshes shows its progress and errors.',
  },
  STORE_LOCKED: {
    exitCode: 75,
    when: 'Another process holds the writer’s lock of this data folder.',
    hint: 'Stop that process, or let it do the refresh: a server refreshes by its own schedule.',
  },
  STORE_UNAVAILABLE: {
    status: 503,
    exitCode: 74,
    when: 'The data folder cannot be read or written (disk full, permissions, I/O error).',
    hint: 'Check free space and permissions of DATA_DIR.',
  },
  STORE_TOO_NEW: {
    exitCode: 78,
    when: 'The data folder was written by a newer version of this program.',
    hint: 'Run that version or a newer one, or point DATA_DIR at another folder.',
  },
} as const satisfies Record<string, ErrorEntry>;
