/** The limit: plain node:http that sends prepared bytes, compressed beforehand. `prepare` gives it what ours answered. */
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { ready } from './say.mjs';

const bodies = new Map();

const server = createServer((request, response) => {
  const body = bodies.get(request.url);
  if (body === undefined) {
    response.writeHead(404).end();
    return;
  }
  const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const bytes = packed ? body.gzip : body.identity;
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': bytes.length,
    ...(packed ? { 'Content-Encoding': 'gzip' } : {}),
  });
  response.end(bytes);
});
server.listen(0, '127.0.0.1', () => {
  ready(`http://127.0.0.1:${server.address().port}`, {
    prepare: (pages) => {
      for (const { path, text } of pages) {
        const identity = Buffer.from(text);
        bodies.set(path, { identity, gzip: gzipSync(identity) });
      }
    },
  });
});
