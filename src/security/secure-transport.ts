import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Request } from 'express';

/**
 * Whether a password in this request travelled safely: TLS to this process, a trusted proxy that says https, or a
 * client on this machine. Express's `trust proxy` setting says which peers are trusted; nobody else's headers count.
 */
export function isSecure(request: Request): boolean {
  if ((request.socket as Partial<TLSSocket>).encrypted === true) return true;
  const trusts = request.app.get('trust proxy fn') as ((address: string, hop: number) => boolean) | undefined;
  const peer = request.socket.remoteAddress ?? '';
  const forwarded = request.headers['x-forwarded-proto'];
  if (forwarded !== undefined && trusts?.(peer, 0) === true) return request.protocol === 'https';
  // `ip` is the client behind a trusted proxy, else the peer.
  return isLoopbackAddress(request.ip ?? '');
}

function isLoopbackAddress(address: string): boolean {
  const v4 = address.replace(/^::ffff:/i, '');
  return address === '::1' || (isIP(v4) === 4 && v4.startsWith('127.'));
}
