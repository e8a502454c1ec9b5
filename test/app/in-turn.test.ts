import { describe, expect, it } from '@jest/globals';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import request from 'supertest';
import { inTurn } from '../../src/in-turn.js';

const go: RequestHandler = (_request, _response, next) => {
  next();
};

/** What an app answers whose handlers are one row: `passed`, or the words of the error. */
async function answerOf(...handlers: RequestHandler[]): Promise<string> {
  const app = express();
  app.use(inTurn(...handlers));
  app.use((_request, response) => {
    response.end('passed');
  });
  const failed: ErrorRequestHandler = (error: Error, _request, response, _next) => {
    response.end(error.message);
  };
  app.use(failed);
  return (await request(app).get('/').buffer(true)).text;
}

describe('Handlers in turn', () => {
  it('hand over to what follows the row', async () => {
    expect(await answerOf(go, go)).toBe('passed');
    expect(await answerOf()).toBe('passed');
  });

  it.each<[string, RequestHandler]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    [
      'passes an error on',
      (_request, _response, next) => {
        next(new Error('broken'));
      },
    ],
    [
      'rejects later',
      async () => {
        await new Promise(setImmediate);
        throw new Error('broken');
      },
    ],
  ])('end with the one that %s', async (_what, broken) => {
    const behind: RequestHandler = (_request, response) => {
      response.end('reached');
    };
    expect(await answerOf(go, broken, behind)).toBe('broken');
  });

  it('do not fail the one in front, which called them', async () => {
    let returned = false;
    const inFront: RequestHandler = (_request, _response, next) => {
      next();
      returned = true;
    };
    const broken: RequestHandler = () => {
      throw new Error('broken');
    };
    expect(await answerOf(inFront, broken)).toBe('broken');
    expect(returned).toBe(true);
  });
});
