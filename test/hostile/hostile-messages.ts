import type { HostileRequest } from './hostile-requests.js';

const SET = '/odata/DiscoveredApps';
const HOST = 'Host: localhost\r\n';

const METHODS: readonly HostileRequest[] = [
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'TRACE',
  'PROPFIND',
  'MERGE',
  'LINK',
].flatMap((method): HostileRequest[] =>
  ['/odata/', SET, '/odata/{app}', '/odata/{app}/displayName', '/odata/$metadata'].map((path) => [
    `${method} ${path}`,
    { method, path, ...(method === 'TRACE' ? {} : { body: '{"displayName":"x"}' }) },
    405,
    'PROTOCOL_METHOD_NOT_ALLOWED',
    `${method} is not allowed: the feed is read-only`,
  ]),
);

const HEADERS: readonly HostileRequest[] = [
  [
    'Accept: application/xml',
    { path: SET, headers: { Accept: 'application/xml' } },
    406,
    'PROTOCOL_NOT_ACCEPTABLE',
    'Accept: application/xml',
    'leave Accept out',
  ],
  [
    'Accept: text/html',
    { path: SET, headers: { Accept: 'text/html' } },
    406,
    'PROTOCOL_NOT_ACCEPTABLE',
    'text/html',
  ],
  [
    'Accept that refuses JSON',
    { path: SET, headers: { Accept: 'application/json;q=0' } },
    406,
    'PROTOCOL_NOT_ACCEPTABLE',
    'Accept',
  ],
  [
    'Accept with an unknown metadata level',
    { path: SET, headers: { Accept: 'application/json;odata.metadata=constructor' } },
    406,
    'PROTOCOL_NOT_ACCEPTABLE',
    'Accept',
  ],
  [
    'Accept without sense',
    { path: SET, headers: { Accept: ';;;,,,=' } },
    406,
    'PROTOCOL_NOT_ACCEPTABLE',
    'Accept',
  ],
  [
    'a very long Accept',
    { path: SET, headers: { Accept: 'a/b,'.repeat(10_000) } },
    406,
    'PROTOCOL_NOT_ACCEPTABLE',
    '…',
  ],
  [
    'OData-MaxVersion: 3.0',
    { path: SET, headers: { 'OData-MaxVersion': '3.0' } },
    400,
    'PROTOCOL_VERSION',
    'OData-MaxVersion: 3.0',
    '4.0 and 4.01',
  ],
  [
    'OData-MaxVersion: NaN',
    { path: SET, headers: { 'OData-MaxVersion': 'NaN' } },
    400,
    'PROTOCOL_VERSION',
    'NaN',
  ],
  [
    'OData-MaxVersion without a value',
    { path: SET, headers: { 'OData-MaxVersion': '' } },
    400,
    'PROTOCOL_VERSION',
    'OData-MaxVersion',
  ],
  [
    'OData-Version: 2.0',
    { path: SET, headers: { 'OData-Version': '2.0' } },
    400,
    'PROTOCOL_VERSION',
    'OData-Version: 2.0',
  ],
  [
    'POST $batch',
    {
      method: 'POST',
      path: '/odata/$batch',
      headers: { 'Content-Type': 'multipart/mixed;boundary=b' },
      body: '--b\r\n\r\n--b--',
    },
    400,
    'PROTOCOL_BATCH_INVALID',
    'application/http',
  ],
  [
    'POST $query',
    { method: 'POST', path: `${SET}/$query`, body: '$top=1' },
    415,
    'PROTOCOL_MEDIA_TYPE',
    'text/plain',
  ],
  [
    'POST that tunnels a GET',
    { method: 'POST', path: SET, headers: { 'X-HTTP-Method-Override': 'GET' }, body: '' },
    405,
    'PROTOCOL_METHOD_NOT_ALLOWED',
    'POST',
  ],
  [
    'POST outside the feed',
    { method: 'POST', path: '/nope', body: 'x' },
    404,
    'PROTOCOL_NOT_FOUND',
    '/odata/',
  ],
  [
    'POST with a body that is no gzip',
    { method: 'POST', path: SET, headers: { 'Content-Encoding': 'gzip' }, body: 'x' },
    405,
    'PROTOCOL_METHOD_NOT_ALLOWED',
    'POST',
  ],
  [
    'a URL of 17,000 characters',
    `${SET}?x=${'a'.repeat(17_000)}`,
    414,
    'PROTOCOL_URL_TOO_LONG',
    '17',
    'Shorten the query',
  ],
  ['a path of 20,000 characters', `/odata/${'a'.repeat(20_000)}`, 414, 'PROTOCOL_URL_TOO_LONG', 'Shorten'],
  ['a URL of 60,000 characters', `${SET}?$filter=${'a'.repeat(60_000)}`, 414, 'PROTOCOL_URL_TOO_LONG', '60'],
  [
    'a URL of 70,000 characters',
    `${SET}?$filter=${'a'.repeat(70_000)}`,
    431,
    'PROTOCOL_HEADERS_TOO_LARGE',
    'too large',
  ],
  [
    'a header of 70,000 characters',
    { path: SET, headers: { Cookie: 'a'.repeat(70_000) } },
    431,
    'PROTOCOL_HEADERS_TOO_LARGE',
    'shorter headers',
  ],
  [
    'headers of 70,000 characters together',
    {
      path: SET,
      headers: Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`X-${i}`, 'a'.repeat(100)])),
    },
    431,
    'PROTOCOL_HEADERS_TOO_LARGE',
    'fewer',
  ],
  [
    'a hostile Host on a path that is not there',
    { path: '/odata/Nope', headers: { Host: 'evil.example' } },
    404,
    'PROTOCOL_NOT_FOUND',
    "'Nope'",
  ],
  [
    'a Host with markup on a bad filter',
    { path: `${SET}?$filter=x`, headers: { Host: 'evil.example"><script>' } },
    400,
    'QUERY_UNKNOWN_PROPERTY',
    "'x'",
  ],
  [
    'a forwarded host from nobody',
    {
      path: `${SET}?$filter=x`,
      headers: { 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' },
    },
    400,
    'QUERY_UNKNOWN_PROPERTY',
    "'x'",
  ],
];

/** Bytes that no HTTP client sends. */
const BYTES: readonly HostileRequest[] = (
  [
    ['no HTTP at all', 'NONSENSE\r\n\r\n'],
    ['an empty line and nothing else', '\r\n\r\n\0\r\n\r\n'],
    ['a request line without a path', 'GET\r\n\r\n'],
    ['HTTP/9.9', `GET /odata/ HTTP/9.9\r\n${HOST}\r\n`],
    ['HTTP/2 with prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['an unknown method', `HACK /odata/ HTTP/1.1\r\n${HOST}\r\n`],
    ['a method in lower case', `get /odata/ HTTP/1.1\r\n${HOST}\r\n`],
    ['a TLS client', Buffer.from('16030100c8010000c40303', 'hex')],
    ['bytes without a meaning', Buffer.from(Array.from({ length: 256 }, (_, index) => 255 - index))],
    ['a header without a colon', `GET /odata/ HTTP/1.1\r\n${HOST}Bad Header\r\n\r\n`],
    ['a header name with a blank', `GET /odata/ HTTP/1.1\r\n${HOST}Bad Header: x\r\n\r\n`],
    ['a header value with a null byte', `GET /odata/ HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`],
    ['a folded header', `GET /odata/ HTTP/1.1\r\n${HOST} folded: x\r\n\r\n`],
    ['a blank in the path', `GET /odata/Discovered Apps HTTP/1.1\r\n${HOST}\r\n`],
    ['no Host', 'GET /odata/ HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['two Hosts', `GET /odata/ HTTP/1.1\r\n${HOST}Host: evil.example\r\nConnection: close\r\n\r\n`],
    [
      'two different Content-Lengths',
      `POST /odata/ HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    ],
    [
      'Content-Length and chunks',
      `POST /odata/ HTTP/1.1\r\n${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a negative Content-Length', `POST /odata/ HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`],
    [
      'a Content-Length beyond all numbers',
      `POST /odata/ HTTP/1.1\r\n${HOST}Content-Length: 99999999999999999999999\r\n\r\n`,
    ],
    [
      'a Transfer-Encoding in disguise',
      `POST /odata/ HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'two Transfer-Encodings',
      `POST /odata/ HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
    ],
    ['a carriage return alone', `GET /odata/ HTTP/1.1\rHost: localhost\r\r`],
  ] as const
).map(([name, bytes]) => [
  `bytes: ${name}`,
  { bytes },
  400,
  'PROTOCOL_BAD_REQUEST',
  'Check the client or the proxy',
]);

/** Other requests in bytes. */
const OTHER_BYTES: readonly HostileRequest[] = [
  [
    'bytes: CONNECT',
    { bytes: 'CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n' },
    405,
    'PROTOCOL_METHOD_NOT_ALLOWED',
    'CONNECT',
  ],
  [
    'bytes: an absolute target that is not ours',
    { bytes: 'GET http://evil.example/nope HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n' },
    404,
    'PROTOCOL_NOT_FOUND',
    '/odata/',
  ],
  [
    'bytes: an absolute target in the feed',
    {
      bytes: 'GET http://evil.example/odata/Nope HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    },
    404,
    'PROTOCOL_NOT_FOUND',
    "'Nope'",
  ],
  [
    'bytes: GET *',
    { bytes: `GET * HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n` },
    404,
    'PROTOCOL_NOT_FOUND',
    '/odata/',
  ],
  [
    'bytes: a bad chunk',
    {
      bytes: `POST /odata/ HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nZZ\r\nx\r\n0\r\n\r\n`,
    },
    400,
    'PROTOCOL_BAD_REQUEST',
    'Check the client',
  ],
  [
    'bytes: an upgrade to h2c',
    {
      bytes: `GET /odata/Nope HTTP/1.1\r\n${HOST}Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n`,
    },
    404,
    'PROTOCOL_NOT_FOUND',
    "'Nope'",
  ],
  [
    'bytes: an upgrade to a web socket',
    {
      bytes: `GET /nope HTTP/1.1\r\n${HOST}Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAA\r\n\r\n`,
    },
    404,
    'PROTOCOL_NOT_FOUND',
    '/odata/',
  ],
];

/** Methods, headers and bytes. */
export const HOSTILE_MESSAGES: readonly HostileRequest[] = [...METHODS, ...HEADERS, ...BYTES, ...OTHER_BYTES];
