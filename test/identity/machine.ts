/** Where an Azure machine answers who it is (IMDS), on loopback: MSAL finds it by its environment variable. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the machine answers to a request for a token. */
export type Answer = (asked: URL, request: IncomingMessage) => readonly [status: number, body: object];

/** A machine with an identity; there is one for the life of a process, as MSAL looks for it once. */
export interface Machine {
  /** What it was asked since the last `answers`. */
  readonly asked: URL[];
  readonly answers: (next: Answer) => void;
  readonly close: () => Promise<void>;
}

const VARIABLE = 'AZURE_POD_IDENTITY_AUTHORITY_HOST';

/** Starts the endpoint and points this process at it. */
export async function startMachine(): Promise<Machine> {
  const asked: URL[] = [];
  let answer: Answer = () => [500, { error: 'nothing to say' }];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://machine');
    asked.push(url);
    // https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
    const isRight =
      request.headers.metadata === 'true' &&
      url.pathname.replace(/\/$/, '') === '/metadata/identity/oauth2/token';
    const [status, body] = isRight ? answer(url, request) : [400, { error: 'bad_request' }];
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env[VARIABLE] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    answers: (next) => {
      answer = next;
      asked.length = 0;
    },
    close: async () => {
      Reflect.deleteProperty(process.env, VARIABLE);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
