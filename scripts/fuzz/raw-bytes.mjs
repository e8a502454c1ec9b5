import fc from 'fast-check';
import { Buffer } from 'node:buffer';
import { headerLists } from './headers.mjs';
import { messageOf } from './message.mjs';
import { word } from './text.mjs';

/** Whole messages, broken in ways that no client library would let through. */
export function rawBytes(target) {
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
