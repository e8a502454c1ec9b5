/** Methods and headers: those that the feed reads, with values that are right, odd or wrong, and some that it must not trust. */
import fc from 'fast-check';
import { word } from './text.mjs';

/** A name that is sent as Host and must never come back. */
export const FOREIGN_HOST = 'foreign-host.example';

export const methods = fc.oneof(
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

export const headerLists = fc.array(
  fc.oneof(
    ...Object.entries(valuesOf).map(([name, values]) =>
      fc.tuple(word(name, name, name.toLowerCase()), values),
    ),
  ),
  { minLength: 1, maxLength: 4 },
);
