/** odata-v4-server as its readme shows it: a controller that returns an array, and the package does the rest. */
require('reflect-metadata');
const express = require('express');
const { Edm, odata, ODataController, ODataServer } = require('odata-v4-server');

const TYPES = {
  riskScore: Edm.Int32,
  userCount: Edm.Int64,
  deviceCount: Edm.Int64,
  ipAddressCount: Edm.Int64,
  transactionCount: Edm.Int64,
  uploadNetworkTrafficInBytes: Edm.Int64,
  downloadNetworkTrafficInBytes: Edm.Int64,
};

async function main() {
  const { PROPERTIES, rows } = await import('../data.mjs');
  const { COUNT, ready, SEED } = await import('./say.mjs');
  const all = [...rows(COUNT, SEED)];
  class App {}
  for (const name of PROPERTIES) (TYPES[name] ?? Edm.String)(App.prototype, name);
  Edm.Key(App.prototype, 'id');
  class AppsController extends ODataController {
    find() {
      return all;
    }
    findOne(id) {
      return all.find((row) => row.id === id);
    }
  }
  odata.GET(
    AppsController.prototype,
    'find',
    Object.getOwnPropertyDescriptor(AppsController.prototype, 'find'),
  );
  odata.GET(
    AppsController.prototype,
    'findOne',
    Object.getOwnPropertyDescriptor(AppsController.prototype, 'findOne'),
  );
  odata.key(AppsController.prototype, 'findOne', 0);
  odata.type(App)(AppsController);
  class Server extends ODataServer {}
  odata.controller(AppsController, 'Apps')(Server);
  const app = express();
  app.use('/odata', Server.create());
  const server = app.listen(0, '127.0.0.1', () => ready(`http://127.0.0.1:${server.address().port}/odata`));
}

main();
