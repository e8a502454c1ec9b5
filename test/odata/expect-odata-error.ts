import { expect } from '@jest/globals';
import { ERRORS, type ErrorCode } from '../../src/errors.js';

/** What an HTTP answer must offer to be checked. supertest's responses do. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What the error should say; `message` and `target` only when it matters. */
export interface ExpectedError {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message?: RegExp | string;
  readonly target?: string;
  /** Of a 405 at what is only posted to. */
  readonly allow?: string;
}

/** The one shape of every error of the feed: OData JSON, a code of the table, a remedy, no stack, OData-Version once. */
export function expectODataError(answer: Answer, expected: ExpectedError): void {
  expect({ status: answer.status, body: answer.text }).toMatchObject({ status: expected.status });
  expect(answer.headers['odata-version']).toMatch(/^4\.0(1)?$/);
  expect(answer.headers['content-type']).toBe('application/json;odata.metadata=minimal');
  const { error } = JSON.parse(answer.text) as {
    error: { code: string; message: string; target?: string; details: { code: string; message: string }[] };
  };
  expect(error.code).toBe(expected.code);
  expect(Object.keys(ERRORS)).toContain(error.code);
  expect(error.details).toEqual([{ code: expected.code, message: expect.stringMatching(/\w/) }]);
  expect(error.message.endsWith(error.details[0]!.message)).toBe(true);
  expect(answer.text).not.toMatch(/node_modules|\.js:\d|\.ts:\d|\\n\s+at /);
  if (expected.message !== undefined) expect(error.message).toMatch(expected.message);
  if (expected.target !== undefined) expect(error.target).toBe(expected.target);
  if (expected.status === 503 || expected.status === 429)
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  if (expected.status === 405) expect(answer.headers.allow).toBe(expected.allow ?? 'GET, HEAD, OPTIONS');
}
