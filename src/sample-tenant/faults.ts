/** The table of everything that goes wrong between a poller and Microsoft Graph. */
import type { ServerResponse } from 'node:http';
import * as page from './bent-pages.js';
import * as answer from './broken-answers.js';
import type { PageView } from './bent-pages.js';
import type { FaultSettings } from './broken-answers.js';
import type { Page } from './upstream-json.js';

/** What a fault does, in one of three places. */
export type Fault = {
  /** One sentence, for test titles. */
  readonly about: string;
  /** How many matching requests it strikes when the rule does not say; default 1. */
  readonly times?: number;
} & (
  | { readonly answer: (response: ServerResponse, settings: FaultSettings) => void }
  | { readonly bend: (page: PageView) => Page }
  | { readonly send: (response: ServerResponse, body: string, settings: FaultSettings) => void }
);

const FOREVER = Number.POSITIVE_INFINITY;

/** Names of the faults. */
export const FAULT_NAMES = [
  'throttle429',
  'throttle429-no-retry-after',
  'throttle429-garbage',
  'throttle429-http-date',
  'error500',
  'error503',
  'error504',
  'error509',
  'badRequest400',
  'unauthorized401',
  'forbidden403',
  'notFound404',
  'redirect302',
  'html200',
  'notJson',
  'emptyBody',
  'valueNotArray',
  'truncatedJson',
  'deepJson',
  'cutChunk',
  'resetConnection',
  'slowDrip',
  'hang',
  'gzipBomb',
  'falseGzip',
  'endlessNextLink',
  'loopNextLink',
  'foreignNextLink',
  'emptyPageWithLink',
  'emptyAnswer',
  'halfRows',
  'duplicateRows',
  'missingField',
  'wrongType',
  'impossibleCounts',
  'unknownEnum',
  'poisonedKeys',
] as const;

/** One of {@link FAULT_NAMES}. */
export type FaultName = (typeof FAULT_NAMES)[number];

const HTML =
  '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Your network requires a login.</body></html>';
const LOGIN_PAGE = answer.say(HTML, { 'Content-Type': 'text/html; charset=utf-8' });
const DEEP_JSON = `{"value":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;

/** Every fault by name; the type makes the compiler ask for the missing ones. */
export const FAULTS: Readonly<Record<FaultName, Fault>> = {
  throttle429: {
    about: '429 with Retry-After',
    answer: answer.refuse(429, 'TooManyRequests', answer.retryAfter),
  },
  'throttle429-no-retry-after': {
    about: '429 without Retry-After',
    answer: answer.refuse(429, 'TooManyRequests'),
  },
  'throttle429-garbage': {
    about: '429 with a Retry-After that is no number and no date',
    answer: answer.refuse(429, 'TooManyRequests', () => ({ 'Retry-After': 'soon; maybe' })),
  },
  'throttle429-http-date': {
    about: '429 with a Retry-After that is an HTTP-date',
    answer: answer.refuse(429, 'TooManyRequests', answer.retryAfterDate),
  },
  error500: { about: '500', answer: answer.refuse(500, 'InternalServerError') },
  error503: {
    about: '503 with Retry-After',
    answer: answer.refuse(503, 'ServiceUnavailable', answer.retryAfter),
  },
  error504: { about: '504', answer: answer.refuse(504, 'GatewayTimeout') },
  error509: { about: '509', answer: answer.refuse(509, 'BandwidthLimitExceeded') },
  badRequest400: { about: '400', answer: answer.refuse(400, 'BadRequest') },
  unauthorized401: { about: '401', answer: answer.refuse(401, 'InvalidAuthenticationToken') },
  forbidden403: { about: '403', answer: answer.refuse(403, 'Forbidden') },
  notFound404: { about: '404', answer: answer.refuse(404, 'NotFound') },
  redirect302: {
    about: 'a redirect to a foreign host',
    answer: answer.refuse(302, 'Found', () => ({ Location: 'http://evil.example/beta/security' })),
  },
  html200: { about: '200 with a login page in HTML', answer: LOGIN_PAGE },
  notJson: { about: '200 with text that is no JSON', answer: answer.say('value: none') },
  emptyBody: { about: '200 without a body', answer: answer.say('') },
  valueNotArray: { about: 'JSON whose value is no array', answer: answer.say('{"value":{"id":"1"}}') },
  truncatedJson: { about: 'JSON that ends in the middle', send: answer.half },
  deepJson: { about: '200,000 nested arrays', answer: answer.say(DEEP_JSON) },
  cutChunk: { about: 'a connection that dies in the middle of the body', send: answer.cut },
  resetConnection: { about: 'a connection that is reset before the answer', answer: answer.reset },
  slowDrip: { about: 'a body that comes byte by byte', send: answer.drip },
  hang: { about: 'no answer at all', answer: answer.silence },
  gzipBomb: { about: 'a small gzip that inflates to 256 MiB', answer: answer.bomb },
  falseGzip: {
    about: 'Content-Encoding gzip over bytes that are not',
    answer: answer.say('{"value":[]}', { 'Content-Encoding': 'gzip' }),
  },
  endlessNextLink: { about: 'a fresh nextLink on every page', times: FOREVER, bend: page.endlessLink },
  loopNextLink: { about: 'a nextLink to the same page', times: FOREVER, bend: page.loopLink },
  foreignNextLink: { about: 'a nextLink to a foreign host', bend: page.foreignLink },
  emptyPageWithLink: { about: 'empty pages with links', times: FOREVER, bend: page.emptyWithLink },
  emptyAnswer: { about: 'a stream without any rows', bend: page.nothing },
  halfRows: { about: 'a stream that ends at 45 % of its rows', times: FOREVER, bend: page.lessThanHalf },
  duplicateRows: { about: 'rows that come again on the next page', times: FOREVER, bend: page.repeatedRows },
  missingField: { about: 'rows without id or name', bend: page.withoutFields },
  wrongType: { about: 'rows with values of the wrong type', bend: page.wrongTypes },
  impossibleCounts: {
    about: 'rows with negative, fractional or overflowing counts',
    bend: page.impossibleCounts,
  },
  unknownEnum: { about: 'rows of a category that nobody knows', bend: page.newCategory },
  poisonedKeys: { about: 'rows with __proto__ and constructor', bend: page.poisonedKeys },
};
