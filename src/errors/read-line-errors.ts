import type { ErrorEntry } from './error-entry.js';

/** What a reader of the feed can meet. */
export const READ_LINE_ERRORS = {
  QUERY_SYNTAX: {
    status: 400,
    when: 'A query option cannot be parsed.',
    hint: 'Mend the query at that position; `discovery-feed explain <url>` shows how a URL is read.',
  },
  QUERY_UNKNOWN_OPTION: {
    status: 400,
    when: 'An option that starts with $ is none of OData’s system query options.',
    hint: 'See OData URL Conventions 5.1 for the system query options.',
  },
  QUERY_OPTION_NOT_ALLOWED: {
    status: 400,
    when: 'A system query option stands where it has no meaning, or twice.',
    hint: 'Remove the option, or address a collection.',
  },
  QUERY_UNKNOWN_PROPERTY: {
    status: 400,
    when: 'A query names a property that the entity type does not have.',
    hint: 'See $metadata for the properties.',
  },
  QUERY_UNKNOWN_FUNCTION: {
    status: 400,
    when: 'A query calls a function that OData or this service does not have.',
    hint: 'See docs/architecture.md for the functions, or the FilterFunctions annotation in $metadata.',
  },
  QUERY_TYPE: {
    status: 400,
    when: 'The types of an expression do not fit.',
    hint: 'Compare the types with $metadata.',
  },
  QUERY_VALUE: {
    status: 400,
    when: 'A value of an option is out of range or malformed.',
    hint: 'Give a value that the option accepts.',
  },
  QUERY_TOO_COMPLEX: {
    status: 400,
    when: 'A query is beyond a limit (depth, nodes, list length, expand depth).',
    hint: 'Simplify the query, or split it into several.',
  },
  QUERY_UNSUPPORTED: {
    status: 501,
    when: 'A query is legal OData, but this service does not support it.',
    hint: 'Leave it out, and do that step in Power Query or Excel.',
  },
  PROTOCOL_NOT_FOUND: {
    status: 404,
    when: 'The path names no set, no entity or no property of this service.',
    hint: 'The service document at the root lists the entity sets.',
  },
  PROTOCOL_BAD_PATH: {
    status: 400,
    when: 'The path or the URL cannot be read, or a key does not fit the entity type.',
    hint: '$metadata names the key of each entity type.',
  },
  PROTOCOL_METHOD_NOT_ALLOWED: {
    status: 405,
    when: 'A method other than GET, HEAD or OPTIONS was used: the feed is read-only.',
    hint: 'Use GET.',
  },
  PROTOCOL_NOT_ACCEPTABLE: {
    status: 406,
    when: 'Accept or $format asks for a format that this resource does not have.',
    hint: 'Ask for application/json, or leave Accept out.',
  },
  PROTOCOL_VERSION: {
    status: 400,
    when: 'OData-Version or OData-MaxVersion asks for a version that the service does not speak.',
    hint: 'The service speaks 4.0 and 4.01.',
  },
  PROTOCOL_PAGE_INVALID: {
    status: 400,
    when: 'A $skiptoken was altered, belongs to another query, or is none of ours.',
    hint: 'Follow @odata.nextLink as it is; never build or edit one.',
  },
  PROTOCOL_PAGE_EXPIRED: {
    status: 410,
    when: 'The generation that a nextLink or the option asof names is no longer kept.',
    hint: 'Refresh again in Power BI.',
  },
  PROTOCOL_PRECONDITION_FAILED: {
    status: 412,
    when: 'If-Match, If-Unmodified-Since or OData-Isolation asks for something that does not hold.',
    hint: 'Leave that header out. OData-Isolation: snapshot always holds: every read comes from one generation.',
  },
  PROTOCOL_BODY_TOO_LARGE: {
    status: 413,
    when: 'The body of a $batch or /$query request is larger than 1 MiB.',
    hint: 'Split it into several requests.',
  },
  PROTOCOL_MEDIA_TYPE: {
    status: 415,
    when: 'The body of a $batch or /$query request has a Content-Type that is not read there.',
    hint: 'Send $batch as multipart/mixed with a boundary or as application/json, /$query as text/plain.',
  },
  PROTOCOL_BATCH_INVALID: {
    status: 400,
    when: 'The body of a $batch request cannot be read, or asks for what a batch of reads cannot hold.',
    hint: 'See OData Protocol 4.01, 11.7 (multipart) or JSON Format 4.01, 19 (JSON) for the form of a batch.',
  },
  PROTOCOL_DEPENDENCY_FAILED: {
    status: 424,
    when: 'A request of a batch was not executed, because one that it depends on failed.',
    hint: 'Mend the request that failed; it is in the same answer.',
  },
  PROTOCOL_URL_TOO_LONG: {
    status: 414,
    when: 'The URL is longer than 16 KiB (64 KiB within $batch).',
    hint: 'Shorten the query: use `in`, fewer columns, or filter in the client; Power Query sends longer URLs with EnableBatch=true.',
  },
  PROTOCOL_HEADERS_TOO_LARGE: {
    status: 431,
    when: 'The request’s headers and URL are larger than 64 KiB.',
    hint: 'Send fewer or shorter headers.',
  },
  PROTOCOL_TOO_MANY_REQUESTS: {
    status: 429,
    when: 'A reader has more requests under way than CONCURRENT_READS, and the turn of this one did not come within QUEUE_SECONDS.',
    hint: 'Try again after the seconds of Retry-After; load fewer tables at once, or ask whoever runs this server to raise CONCURRENT_READS.',
  },
  PROTOCOL_BAD_REQUEST: {
    status: 400,
    when: 'The bytes that arrived are not an HTTP request that can be read.',
    hint: 'Check the client or the proxy in between.',
  },
  PROTOCOL_REQUEST_TIMEOUT: {
    status: 408,
    when: 'A request had not arrived whole after 60 seconds, or after a sleep of the machine.',
    hint: 'Send it again; check the connection, or the proxy in between.',
  },
  PROTOCOL_STOPPING: {
    status: 503,
    when: 'The server is stopping and takes no new requests.',
    hint: 'Try again in a few seconds.',
  },
  AUTH_REQUIRED: {
    status: 401,
    when: 'The request has no credential, or one that is not right (never said which part).',
    hint: 'The WWW-Authenticate headers name the kinds that are accepted.',
  },
  AUTH_TOO_MANY_FAILURES: {
    status: 429,
    when: 'Wrong credentials came from this address for this user more often than SIGN_IN_FAILURES within SIGN_IN_WINDOW_SECONDS. A right credential is never refused for it.',
    hint: 'Check the user name and the password or key; wait the seconds of Retry-After before the next try.',
  },
  AUTH_KEYS_UNAVAILABLE: {
    status: 503,
    when: 'Microsoft Entra could not be reached for the keys that check its tokens, and none are at hand.',
    hint: 'Try again after the seconds of Retry-After; whoever runs this server checks ENTRA_AUTHORITY_HOST, HTTPS_PROXY and the network.',
  },
  AUTH_NOT_GRANTED: {
    status: 403,
    when: 'The reader is known, and has no grant for the feed, the entity set, or the property that the request names.',
    hint: 'Leave it out ($metadata shows what you may read), or ask whoever runs this feed for a grant.',
  },
} as const satisfies Record<string, ErrorEntry>;
