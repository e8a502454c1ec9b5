import { Buffer } from 'node:buffer';

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
