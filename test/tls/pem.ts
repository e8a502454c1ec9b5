/** Certificates for tests, and HTTPS requests that trust exactly one of them. */
import { once } from 'node:events';
import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';

/** A certificate for localhost and its key, PEM. */
export interface Pem {
  readonly cert: string;
  readonly private: string;
}

/** @param notAfter when it expires; a year from now when absent */
export function certificate(name = 'localhost', notAfter?: Date): Promise<Pem> {
  const altNames = [
    { type: 2 as const, value: 'localhost' },
    { type: 7 as const, ip: '127.0.0.1' },
  ];
  return generate([{ name: 'commonName', value: name }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames }],
    ...(notAfter === undefined ? {} : { notBeforeDate: new Date(0), notAfterDate: notAfter }),
  });
}

/** What came back, and over which connection. */
export interface SecureAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** Common name of the certificate that the server showed. */
  readonly shown: string;
  readonly cipher: string;
  readonly protocol: string | null;
}

function isSecure(socket: unknown): socket is TLSSocket {
  return (socket as Partial<TLSSocket>).encrypted === true;
}

/** GET over TLS, to 127.0.0.1 whatever the Host header says. */
export async function getSecurely(
  url: string,
  ca: readonly Pem[],
  options: RequestOptions = {},
): Promise<SecureAnswer> {
  const asked = request(url, {
    ca: ca.map(({ cert }) => cert),
    servername: 'localhost',
    // A resumed session shows no certificate of its own.
    agent: new Agent({ maxCachedSessions: 0 }),
    ...options,
  });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const socket: unknown = answer.socket;
  if (!isSecure(socket)) throw new Error('The answer came without TLS.');
  const told = {
    shown: String(socket.getPeerCertificate().subject.CN),
    cipher: socket.getCipher().name,
    protocol: socket.getProtocol(),
  };
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    text: Buffer.concat(parts).toString(),
    ...told,
  };
}
