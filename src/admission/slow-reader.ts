/** Cuts off clients that ask and do not read: what waits for them would be held for ever. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Observe } from '../observe/observation.js';

/**
 * Watches one answer. Its connection is cut when data has been waiting and not one byte of it went for `afterMs`.
 * A time in which we have nothing to send counts as nothing: a query that takes long is not the client's doing.
 *
 * Node restarts the time-out of a socket whenever the system takes bytes from it, so a slow but steady reader stays.
 */
export function cutSlowReader(response: ServerResponse, afterMs: number, observe: Observe): void {
  response.setTimeout(afterMs);
  response.on('timeout', (socket: Socket) => {
    if (socket.writableLength === 0) {
      socket.setTimeout(afterMs);
      return;
    }
    observe({ kind: 'slowReaderCut', waitingBytes: socket.writableLength, afterMs });
    socket.destroy();
  });
}
