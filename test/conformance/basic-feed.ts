/** The authentication room in front of a resource, over HTTP: what HTTP Basic answers. */
import express, { type ErrorRequestHandler } from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendError } from '../../src/odata/error-response.js';
import { authenticate } from '../../src/security/authenticate.js';
import { basicAuthenticator, hashPassword } from '../../src/security/basic.js';

/** What one request got. */
export interface Got {
  readonly status: number;
  readonly challenge: string | null;
}

/** Asks with the right password, a wrong one, and none. */
export async function basicStatuses(): Promise<Record<'right' | 'wrong' | 'absent', Got>> {
  const users = [{ name: 'reader', hash: await hashPassword('right') }];
  const authenticators = [basicAuthenticator(users, { isSecure: () => true })];
  const onError: ErrorRequestHandler = (error, request, response, _next) => {
    sendError(error, request, response, () => undefined);
  };
  const app = express()
    .use(authenticate({ authenticators, allowAnonymous: false, keyParameter: 'key' }))
    .use((_request, response) => void response.end())
    .use(onError);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const ask = async (password?: string): Promise<Got> => {
    const credential = Buffer.from(`reader:${password ?? ''}`).toString('base64');
    const headers = password === undefined ? {} : { authorization: `Basic ${credential}` };
    const { status, headers: answered } = await fetch(url, { headers });
    return { status, challenge: answered.get('www-authenticate') };
  };
  try {
    return { right: await ask('right'), wrong: await ask('wrong'), absent: await ask() };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
