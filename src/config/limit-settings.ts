import { bytes, integer } from './number-types.js';
import { setting } from './setting.js';

/** What one reader, and one connection, may take of the server. */
export const LIMITS = {
  concurrentReads: setting(integer(1, 10_000), 32, {
    unit: 'requests',
    help: 'Requests of one reader (key, user, address of an anonymous one) that are answered at once; further ones wait for their turn.',
    example: '32',
  }),
  queueSeconds: setting(integer(0, 120), 10, {
    unit: 'seconds',
    help: 'How long a request waits for its turn before it is answered 429 with Retry-After; 0 refuses at once.',
    example: '10',
  }),
  answerCacheMaxBytes: setting(bytes(0, 2 ** 40), 32 * 2 ** 20, {
    unit: 'bytes',
    help: 'Memory for answers that were given before, of the newest generation: they are sent again without being worked out. 0 keeps none.',
    example: '32MiB',
  }),
  slowReaderSeconds: setting(integer(1, 3600), 120, {
    unit: 'seconds',
    help: 'How long a client may take nothing of an answer that is waiting for it before its connection is cut.',
    example: '120',
  }),
};
