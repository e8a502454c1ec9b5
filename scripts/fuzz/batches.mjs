/** $batch, as JSON and as multipart, with requests of the other classes in it. */
import fc from 'fast-check';
import { headerLists } from './headers.mjs';
import { list, word } from './text.mjs';

/** @param target an arbitrary of paths from /odata/ on */
export function batches(target) {
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
