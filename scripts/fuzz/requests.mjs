/** Requests of every class: grammatical ones, damaged ones, and bytes that need not be HTTP. */
import fc from 'fast-check';
import { Buffer } from 'node:buffer';
import { grammar } from './grammar.mjs';
import { list, word } from './text.mjs';

/** A name that is sent as Host and must never come back. */
export const FOREIGN_HOST = 'foreign-host.example';

/** Classes of requests with the share that each has. */
export const SHARES = { query: 40, path: 10, headers: 10, batch: 8, mutated: 22, bytes: 10 };

/** An arbitrary of requests per class. A request is `{method, target, headers, body?}` or `{bytes}`. */
export function requestsOf(model) {
  const { options, paths } = grammar(model);
  const target = fc.oneof(
    ...paths.map((entry) => ({
      weight: entry.weight,
      arbitrary: targetOf(entry.paths, options(entry.set), 4),
    })),
  );
  const query = fc.oneof(...model.sets.map((set) => targetOf(word(set.name), options(set), 5)));
  const get = (arbitrary) => arbitrary.map((text) => ({ method: 'GET', target: text, headers: [] }));
  const any = fc.oneof(query, target);
  return {
    query: get(query),
    path: get(target),
    headers: fc.record({ method: methods, target: any, headers: headerLists }),
    batch: batches(any),
    mutated: fc
      .record({ method: word('GET'), target: any, headers: fc.oneof(fc.constant([]), headerLists), damage })
      .map(({ damage: done, ...request }) => ({ ...request, target: damaged(request.target, done) })),
    bytes: rawBytes(any),
  };
}

function targetOf(paths, option, maxOptions) {
  const pair = fc.tuple(option, spelling);
  const chosen = fc.oneof(
    { weight: 9, arbitrary: fc.uniqueArray(pair, { maxLength: maxOptions, selector: ([[name]]) => name }) },
    { weight: 1, arbitrary: fc.array(pair, { maxLength: maxOptions }) },
  );
  return fc.tuple(paths, chosen).map(([path, pairs]) => {
    const query = pairs.map(([[name, value], spell]) => spell(name, value)).join('&');
    return `/odata/${wire(path, /[^\u0021-\u007e]|[%#]/gu)}${query === '' ? '' : `?${query}`}`;
  });
}

const isSystem = (name) => /^[a-z]+$/.test(name) && name !== 'custom' && name !== 'asof' && name !== 'key';
const asValue = (value) => wire(value, /[^\u0021-\u007e]|[%#&+]/gu);
const spelling = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constant((name, value) => `${isSystem(name) ? '$' : ''}${name}=${asValue(value)}`),
  },
  { weight: 2, arbitrary: fc.constant((name, value) => `${name}=${asValue(value)}`) },
  {
    weight: 1,
    arbitrary: fc.constant(
      (name, value) => `%24${name.toUpperCase()}=${encodeURIComponent(wellFormed(value))}`,
    ),
  },
);

/** Percent-encodes what cannot stand in a request line. */
function wire(text, unsafe) {
  return wellFormed(text).replace(unsafe, (character) => encodeURIComponent(character));
}

const wellFormed = (text) => text.toWellFormed();

const methods = fc.oneof(
  { weight: 6, arbitrary: word('GET') },
  {
    weight: 3,
    arbitrary: word(
      'HEAD',
      'OPTIONS',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'TRACE',
      'CONNECT',
      'PROPFIND',
      'QUERY',
    ),
  },
);

const visible = fc.string({ maxLength: 20 }).map((text) => text.replace(/[^\u0020-\u007e]/g, '?'));
const valuesOf = {
  Accept: word(
    '*/*',
    'application/json',
    'application/json;odata.metadata=full',
    'application/json;odata.metadata=none',
    'application/json;q=0',
    'application/xml',
    'text/csv',
    'application/json;IEEE754Compatible=true;odata.streaming=true',
    ',;q=,,',
    'application/atom+xml,application/json;q=0.1',
    'a'.repeat(5000),
  ),
  'Accept-Encoding': word('gzip', 'deflate', 'br', 'identity;q=0', '*;q=0', 'gzip;q=9, x'),
  'Accept-Charset': word('utf-8', 'iso-8859-1;q=0'),
  Prefer: word(
    'odata.maxpagesize=1',
    'maxpagesize=2',
    'maxpagesize=0',
    'maxpagesize=x',
    'omit-values=nulls',
    'omit-values=defaults',
    'odata.include-annotations="*"',
    'include-annotations="-*"',
    'respond-async,wait=10',
    'return=minimal',
    'continue-on-error',
    'odata.track-changes',
    '"',
    ';;=,',
  ),
  'OData-Version': word('4.0', '4.01', '3.0', '5', 'x', ''),
  'OData-MaxVersion': word('4.0', '4.01', '4.02', '3.0', '2', 'x', '4.01;q', '999999999999999'),
  'OData-Isolation': word('snapshot', 'x'),
  Isolation: word('snapshot'),
  'If-None-Match': word('*', 'W/"x"', '"', 'W/', '"a","b"'),
  'If-Match': word('*', '"x"'),
  'If-Modified-Since': word('Mon, 23 Nov 2099 00:00:00 GMT', 'x'),
  Range: word('bytes=0-1', 'bytes=-', 'rows=1'),
  Authorization: fc.oneof(
    word(
      'Bearer ',
      'Basic ',
      'Basic OnB3',
      'Basic !!!!',
      'Bearer a.b.c',
      'Negotiate',
      `Bearer ${'a'.repeat(9000)}`,
    ),
    visible,
  ),
  Host: word(FOREIGN_HOST, `${FOREIGN_HOST}:80`, '', 'a@b', '[::1', 'localhost:99999999'),
  'X-Forwarded-Host': word(FOREIGN_HOST),
  'X-Forwarded-Proto': word('https', 'x'),
  Forwarded: word(`host=${FOREIGN_HOST};proto=https`),
  'X-HTTP-Method-Override': word('DELETE', 'GET'),
  'Content-Type': word('application/json', 'multipart/mixed;boundary=b', 'text/plain'),
  Expect: word('100-continue', 'x'),
  Connection: word('close', 'keep-alive', 'upgrade'),
  Upgrade: word('h2c', 'websocket'),
  Cookie: visible,
  'User-Agent': visible,
  'X-Custom': visible,
};

const headerLists = fc.array(
  fc.oneof(
    ...Object.entries(valuesOf).map(([name, values]) =>
      fc.tuple(word(name, name, name.toLowerCase()), values),
    ),
  ),
  { minLength: 1, maxLength: 4 },
);

function batches(target) {
  const relative = target.map((text) => text.replace(/^\/odata\//, ''));
  const url = fc.oneof(relative, target, word('$batch', 'http://localhost/odata/Apps', '$1/x', ''));
  const method = fc.oneof(
    { weight: 6, arbitrary: word('GET', 'get') },
    { weight: 1, arbitrary: word('POST', 'HEAD', 'DELETE', '', 'CONNECT') },
  );
  const request = fc.record(
    {
      id: word('1', '2', '3', 'a b', ''),
      method,
      url,
      dependsOn: fc.array(word('1', '2', 'g', 'x'), { maxLength: 2 }),
      atomicityGroup: word('g', '1'),
      headers: fc.constant({ accept: 'application/json' }),
      body: fc.jsonValue({ maxDepth: 1 }),
      if: word('$1/id eq null'),
    },
    { requiredKeys: ['method', 'url'] },
  );
  // Ids in order, and dependencies on earlier requests only: what a client means to send.
  const ordered = fc
    .array(fc.tuple(word('GET', 'get'), url, word(undefined, undefined, 'g'), fc.boolean()), { maxLength: 5 })
    .map((requests) =>
      requests.map(([verb, path, atomicityGroup, depends], index) => ({
        id: `r${index}`,
        method: verb,
        url: path,
        ...(atomicityGroup === undefined ? {} : { atomicityGroup }),
        ...(depends && index > 0 && atomicityGroup === undefined ? { dependsOn: [`r${index - 1}`] } : {}),
      })),
    );
  const asJson = (requests) => JSON.stringify({ requests });
  const json = fc.oneof(
    { weight: 6, arbitrary: ordered.map(asJson) },
    { weight: 3, arbitrary: fc.array(request, { maxLength: 5 }).map(asJson) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
    {
      weight: 1,
      arbitrary: word(
        '',
        '{',
        'null',
        '[]',
        '{"requests":null}',
        '{"requests":[null]}',
        '{"requests":[{}]}',
        '['.repeat(20_000),
      ),
    },
  );
  const part = fc
    .tuple(method, url, word('', 'Content-ID: 1\r\n', 'Content-Type: multipart/mixed;boundary=c\r\n'))
    .map(
      ([verb, path, more]) =>
        `--b\r\nContent-Type: application/http\r\n${more}\r\n${verb} ${path} HTTP/1.1\r\nAccept: application/json\r\n\r\n\r\n`,
    );
  const multipart = fc
    .tuple(
      list(part, { min: 0, max: 4, separator: '' }),
      word('--b--\r\n', '--b--\r\n', '--b--', '', '--c--\r\n'),
    )
    .map((parts) => parts.join(''));
  const of = (bodies, type) =>
    fc.record({
      method: word('POST'),
      target: word('/odata/$batch', '/odata/%24batch/'),
      headers: fc
        .tuple(type, fc.oneof(fc.constant([]), headerLists))
        .map(([first, rest]) => [
          ['Content-Type', first],
          ...rest.filter(([name]) => name.toLowerCase() !== 'content-type'),
        ]),
      body: bodies,
    });
  return fc.oneof(
    of(json, word('application/json', 'application/json;charset=utf-8', 'application/json;charset=x')),
    of(multipart, word('multipart/mixed;boundary=b', 'multipart/mixed; boundary="b"', 'multipart/mixed')),
    of(fc.oneof(json, multipart), word('text/plain', 'application/json', 'multipart/mixed;boundary=b')),
  );
}

/** Damage to a text: a few edits, each at a place between 0 and 1. */
const damage = fc.array(
  fc.record({
    kind: word('flip', 'delete', 'insert', 'duplicate', 'swap', 'percent', 'repeat', 'cut'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 12 }),
    byte: fc.integer({ min: 0x21, max: 0xff }),
  }),
  { minLength: 1, maxLength: 4 },
);

const BROKEN_PERCENT = [
  '%',
  '%2',
  '%zz',
  '%00',
  '%ff',
  '%c0%af',
  '%ed%a0%80',
  '%2f',
  '%5c',
  '%25',
  '%u0041',
  '+',
];

/** The text with its damage done. Bytes stay in the range that a request line can carry. */
export function damaged(text, edits) {
  let now = text;
  for (const { kind, at, length, byte } of edits) {
    const place = Math.min(now.length, 7 + Math.floor(at * Math.max(0, now.length - 7)));
    const head = now.slice(0, place);
    const piece = now.slice(place, place + length);
    const tail = now.slice(place + length);
    const character = String.fromCharCode(byte === 0x7f ? 0x7e : byte);
    if (kind === 'flip') now = head + character + now.slice(place + 1);
    else if (kind === 'delete') now = head + tail;
    else if (kind === 'insert') now = head + character.repeat(length) + now.slice(place);
    else if (kind === 'duplicate') now = head + piece + piece + tail;
    else if (kind === 'swap') now = head + [...piece].reverse().join('') + tail;
    else if (kind === 'percent') now = head + BROKEN_PERCENT[byte % BROKEN_PERCENT.length] + tail;
    else if (kind === 'repeat') now = head + piece.repeat(1 + Math.floor(at * 800)) + tail;
    else now = head;
  }
  return now.replace(/[^\u0021-\u007e\u0080-\u00ff]/g, '?').slice(0, 20_000);
}

/** Whole messages, broken in ways that no client library would let through. */
function rawBytes(target) {
  const bytes = (text) => Buffer.from(text, 'latin1');
  const whole = fc
    .tuple(target, headerLists)
    .map(([text, headers]) => messageOf({ method: 'GET', target: text, headers }, 'x'));
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    with: fc.uint8Array({ maxLength: 4 }),
    skip: fc.integer({ min: 0, max: 4 }),
  });
  const edited = fc.tuple(whole, fc.array(edit, { minLength: 1, maxLength: 5 })).map(([message, edits]) => {
    let now = message;
    for (const { at, with: put, skip } of edits) {
      const place = Math.floor(at * now.length);
      now = Buffer.concat([now.subarray(0, place), put, now.subarray(place + skip)]);
    }
    return now;
  });
  const known = word(
    'GET /odata/ HTTP/0.9\r\n\r\n',
    'GET /odata/\r\n\r\n',
    'GET /odata/ HTTP/2.0\r\nHost: x\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'GET * HTTP/1.1\r\nHost: x\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET http://foreign-host.example/odata/ HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET //foreign-host.example/odata/ HTTP/1.1\r\nHost: x\r\n\r\n',
    'CONNECT foreign-host.example:443 HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /odata/ HTTP/1.1\r\n\r\n',
    'GET /odata/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'GET /odata/ HTTP/1.1\nHost: x\n\n',
    'GET /odata/ HTTP/1.1\r\nHost : x\r\n\r\n',
    'GET /odata/ HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n',
    'GET /odata/ HTTP/1.1\r\nHost: x\r\nA\u0000B: c\r\n\r\n',
    'POST /odata/$batch HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef',
    'POST /odata/$batch HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /odata/$batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'POST /odata/$batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    'POST /odata/$batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}',
    'GET /odata/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
    'GET /odata/ HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
    `GET /odata/?${'a'.repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET /odata/ HTTP/1.1\r\nHost: x\r\n${'X: y\r\n'.repeat(3000)}\r\n`,
    `GET /odata/ HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(70_000)}\r\n\r\n`,
    '\r\n\r\n\r\n',
    '',
  ).map(bytes);
  return fc
    .oneof(
      { weight: 5, arbitrary: edited },
      { weight: 3, arbitrary: known },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((raw) => Buffer.from(raw)) },
    )
    .map((raw) => ({ bytes: Buffer.from(raw) }));
}

/** A request as it goes over the wire. */
export function messageOf({ method, target, headers, body }, host) {
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  const all = [...(named.has('host') ? [] : [['Host', host]]), ...headers];
  if (body !== undefined) all.push(['Content-Length', String(Buffer.byteLength(body))]);
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1'),
    Buffer.from(body ?? '', 'utf8'),
  ]);
}
