/** What must hold for every answer, whatever was asked: the bar of the fuzz run, as a list of what is broken. */
import { gunzipSync, inflateSync } from 'node:zlib';
import { credentialProblems } from './credentials.mjs';
import { FOREIGN_HOST } from './headers.mjs';

const LEAK = /node_modules|\.[cm]?[jt]s:\d|\\n\s+at |\/home\/|\/root\/|\/tmp\/|[A-Z]:\\\\/;
const FORBIDDEN = new Set([500, 502, 504]);

/**
 * What is wrong with an answer; empty when all is well.
 *
 * @param errors the error table of the server
 */
export function problemsOf(request, answer, errors) {
  if (answer.silence !== undefined) return silenceProblems(request, answer);
  const problems = [];
  if (answer.problem !== undefined) problems.push(answer.problem);
  if (FORBIDDEN.has(answer.status) || answer.status < 200) problems.push(`status ${answer.status}`);
  const body = bodyText(answer, problems);
  versionProblems(request, answer, problems);
  if (sentForeignHost(request) && (answer.head + body).toLowerCase().includes(FOREIGN_HOST))
    problems.push('the Host header came back');
  problems.push(...credentialProblems(request, answer, answer.head + body));
  if (answer.status >= 400) errorProblems(request, answer, body, errors, problems);
  else if (answer.status < 300 && body !== '') successProblems(request, answer, body, problems);
  if (isBatch(request) && answer.status === 200) batchProblems(body, errors, problems);
  return problems;
}

function silenceProblems(request, { silence }) {
  if (silence === 'timeout') return ['no answer in time'];
  // Bytes that are no request may be answered by hanging up.
  return request.bytes === undefined ? [`no answer: ${silence}`] : [];
}

const headerOf = (answer, wanted) => answer.headers.find(([name]) => name === wanted)?.[1];
const targetOf = (request) => request.target ?? '';
const isBatch = (request) => /^\/odata\/+(\$|%24)batch/i.test(targetOf(request));
const isOurs = (request) => /^\/odata\//.test(targetOf(request));

function sentForeignHost(request) {
  return (
    request.headers?.some(([, value]) => value.includes(FOREIGN_HOST)) === true &&
    !targetOf(request).includes(FOREIGN_HOST)
  );
}

function bodyText(answer, problems) {
  const coding = headerOf(answer, 'content-encoding');
  try {
    if (answer.body.length === 0 || coding === undefined) return answer.body.toString('utf8');
    if (coding === 'gzip') return gunzipSync(answer.body).toString('utf8');
    if (coding === 'deflate') return inflateSync(answer.body).toString('utf8');
    problems.push(`unknown coding ${coding}`);
  } catch (thrown) {
    problems.push(`the ${coding} body cannot be unpacked: ${thrown.message}`);
  }
  return '';
}

function versionProblems(request, answer, problems) {
  const versions = answer.headers.filter(([name]) => name === 'odata-version');
  if (versions.length > 1) problems.push('OData-Version stands more than once');
  const expected = answer.status >= 400 || isOurs(request);
  if (expected && versions.length === 0) problems.push('OData-Version is missing');
  if (versions.some(([, value]) => value !== '4.0' && value !== '4.01'))
    problems.push(`OData-Version ${versions[0][1]}`);
}

function errorProblems(request, answer, body, errors, problems) {
  if (request.method === 'HEAD') return;
  if (!(headerOf(answer, 'content-type') ?? '').startsWith('application/json')) {
    problems.push(`an error of type ${headerOf(answer, 'content-type')}`);
    return;
  }
  const parsed = jsonOf(body, problems);
  const error = parsed?.error;
  if (typeof error?.code !== 'string' || typeof error.message !== 'string' || error.message === '')
    problems.push('the body is no OData error');
  else if (!Object.hasOwn(errors, error.code)) problems.push(`unknown code ${error.code}`);
  else if ((errors[error.code].status ?? 503) !== answer.status)
    problems.push(`${error.code} with status ${answer.status}`);
  // What was sent may come back in a message: only what was not sent is a leak.
  const leak = LEAK.exec(body)?.[0];
  if (leak !== undefined && !JSON.stringify(request).includes(leak))
    problems.push(`a stack or path leaks: ${leak}`);
}

function successProblems(request, answer, body, problems) {
  const type = headerOf(answer, 'content-type') ?? '';
  if (!type.startsWith('application/json')) return;
  const parsed = jsonOf(body, problems);
  if (parsed === undefined || !isOurs(request) || /metadata=none/i.test(type)) return;
  if (isBatch(request)) return;
  if (/^\/odata\/+(\$|%24)metadata/i.test(targetOf(request))) return;
  const [first] = Object.keys(parsed);
  if (first !== '@odata.context' && first !== '@context')
    problems.push(`the context is not first but ${first}`);
}

/** The answers within a batch, in either format, meet the same bar. */
function batchProblems(body, errors, problems) {
  for (const [, status] of body.matchAll(/(?:^HTTP\/1\.1 |"status":)(\d{3})/gm))
    if (FORBIDDEN.has(Number(status))) problems.push(`status ${status} within a batch`);
  for (const [, code] of body.matchAll(/\{"error":\{"code":"([^"]*)"/g))
    if (!Object.hasOwn(errors, code)) problems.push(`unknown code ${code} within a batch`);
}

function jsonOf(body, problems) {
  try {
    return JSON.parse(body);
  } catch (thrown) {
    problems.push(`a body is not JSON: ${thrown.message}`);
    return undefined;
  }
}
