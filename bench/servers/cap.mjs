/** SAP CAP with SQLite in memory, as its documentation sets it up; pages of 5,000 rows as ours. */
import { fileURLToPath } from 'node:url';
import cds from '@sap/cds';
import { rows, STREAM } from '../data.mjs';
import { COUNT, ready, SEED } from './say.mjs';

const root = fileURLToPath(new URL('../cap/', import.meta.url));
cds.root = root;
cds.env.requires.db = { kind: 'sqlite', impl: '@cap-js/sqlite', credentials: { url: ':memory:' } };
// Nobody is asked to sign in: in production CAP would want its own identity service for that.
cds.env.requires.auth = { kind: 'dummy', impl: '@sap/cds/lib/srv/middlewares/auth/dummy-auth' };
cds.env.log.levels = { cds: 'error' };
const { default: express } = await import('express');
const app = express();
cds.app = app;
const model = await cds.load([`${root}service.cds`]);
cds.model = cds.compile.for.nodejs(model);
const db = await cds.connect.to('db');
await cds.deploy(model).to(db);
const { 'bench.Apps': Apps, 'bench.Streams': Streams } = cds.model.definitions;
await db.run(cds.ql.INSERT.into(Streams).entries([STREAM]));
let part = [];
for (const row of rows(COUNT, SEED)) {
  part.push(row);
  if (part.length < 5000) continue;
  await db.run(cds.ql.INSERT.into(Apps).entries(part));
  part = [];
}
if (part.length > 0) await db.run(cds.ql.INSERT.into(Apps).entries(part));
await cds.serve('all').from(model).in(app);
const server = app.listen(0, '127.0.0.1', () => ready(`http://127.0.0.1:${server.address().port}/odata`));
