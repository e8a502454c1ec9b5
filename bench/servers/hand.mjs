/** What an impatient engineer would write: Express, an array, JSON.stringify, compression by zlib. No OData but what is asked here. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import express from 'express';
import { rows, STREAM } from '../data.mjs';
import { COUNT, ready, SEED } from './say.mjs';

const gzipped = promisify(gzip);
const all = [...rows(COUNT, SEED)];
const byId = new Map(all.map((row) => [row.id, row]));
const app = express();
app.disable('etag');

async function send(request, response, value) {
  const text = JSON.stringify(value);
  response.setHeader('Content-Type', 'application/json');
  if (text.length > 1024 && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    response.setHeader('Content-Encoding', 'gzip');
    response.end(await gzipped(text));
  } else response.end(text);
}

const pick = (names) => (row) => Object.fromEntries(names.map((name) => [name, row[name]]));

/** The questions of the bench, each as plain array code. */
const ANSWERS = {
  filter: ({ below, category, least }) =>
    all.filter(
      (row) => row.riskScore < Number(below) && row.category === category && row.userCount >= Number(least),
    ),
  contains: ({ part, least, top }) =>
    all
      .filter((row) => row.displayName.toLowerCase().includes(part) && row.userCount >= Number(least))
      .slice(0, Number(top)),
  select: ({ names }) => all.map(pick(names.split(','))),
  order: ({ by, top, least }) =>
    all
      .filter((row) => row.userCount >= Number(least))
      .sort((left, right) => right[by] - left[by])
      .slice(0, Number(top)),
  sum: ({ by, of, least }) => {
    const sums = new Map();
    for (const row of all)
      if (row.userCount >= Number(least)) sums.set(row[by], (sums.get(row[by]) ?? 0) + row[of]);
    return [...sums].map(([key, total]) => ({ [by]: key, total }));
  },
  page: ({ skip, top }) => all.slice(Number(skip), Number(skip) + Number(top)),
  expand: ({ skip, top }) =>
    all.slice(Number(skip), Number(skip) + Number(top)).map((row) => ({ ...row, stream: STREAM })),
};

app.get('/apps', (request, response) => {
  const { ask, ...given } = request.query;
  const value = ask === undefined ? all : ANSWERS[ask](given);
  send(request, response, { value });
});
app.get('/apps/count', (_request, response) => response.type('text/plain').send(String(all.length)));
app.get('/apps/:id', (request, response) => {
  const row = byId.get(request.params.id);
  if (row === undefined) response.status(404).end();
  else send(request, response, row);
});
const server = app.listen(0, '127.0.0.1', () => ready(`http://127.0.0.1:${server.address().port}`));
