/**
 * Import rules: the two lines (write: identity → graph → refresh → store; read: security → odata → query → store) stay
 * visible because no room imports against them. Each rule's comment tells the remedy.
 */
const ROOMS = [
  'admission',
  'config',
  'identity',
  'graph',
  'refresh',
  'store',
  'query',
  'odata',
  'security',
  'status',
  'observe',
  'powerbi',
  'sample-tenant',
  'tls',
];
const FLOOR = '^src/(errors\\.ts|errors/|model/|observe/observation\\.ts)';

/** A room may import itself, the floor, and what is named here. */
const MAY_IMPORT = {
  admission: `${FLOOR}|^src/admission/`,
  model: '^src/model/',
  query: `${FLOOR}|^src/query/`,
  store: `${FLOOR}|^src/store/|^src/query/(plan|ast|functions)\\.ts`,
  odata: `${FLOOR}|^src/odata/|^src/query/|^src/store/store\\.ts`,
  identity: `${FLOOR}|^src/identity/`,
  graph: `${FLOOR}|^src/graph/|^src/identity/token-provider\\.ts`,
  refresh: `${FLOOR}|^src/refresh/|^src/graph/|^src/store/store\\.ts`,
  security: `${FLOOR}|^src/security/`,
  status: `${FLOOR}|^src/status/|^src/store/store\\.ts|^src/powerbi/(workbook|pbids|m-query)\\.ts`,
  // A grant's row filter is an OData filter, and a wrong one is reported with all other mistakes of the configuration.
  config: `${FLOOR}|^src/config/|^src/query/access\\.ts`,
  observe: `${FLOOR}|^src/observe/`,
  powerbi: `${FLOOR}|^src/powerbi/`,
  tls: `${FLOOR}|^src/tls/`,
  'sample-tenant': '^src/sample-tenant/',
};

const roomRules = Object.entries(MAY_IMPORT).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: `${room} may import ${allowed.replaceAll('\\\\', '')}. Move what you need to the floor (src/model, src/errors.ts), or pass it in from src/server.ts.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: allowed },
}));

/** One vendor, one room: replacing a library touches one folder. */
const VENDORS = {
  '@azure/msal-node': '^src/identity/',
  'node-cron': '^src/refresh/schedule\\.ts',
  lowdb: '^src/store/lowdb/',
  jose: '^src/security/entra-(jwt|keys)\\.ts',
  'rate-limiter-flexible': '^src/security/sign-in-failures\\.ts',
  'odata-v4-server': '^src/odata/odata-server\\.ts',
  pino: '^src/observe/',
  'prom-client': '^src/observe/',
  helmet: '^src/security/headers\\.ts',
  commander: '^src/cli\\.ts',
  'cli-progress': '^src/cli/progress\\.ts',
  '@microsoft/connected-workbooks': '^src/powerbi/workbook\\.ts',
  jszip: '^src/powerbi/',
};

const vendorRules = Object.entries(VENDORS).map(([vendor, home]) => ({
  name: `only-home-imports-${vendor.replace('/', '-')}`,
  comment: `${vendor} is imported in ${home.replaceAll('\\\\', '')} only: call that room instead.`,
  severity: 'error',
  from: { path: '^src/', pathNot: home },
  to: { path: `^node_modules/${vendor.replace('/', '\\/')}/` },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'browser-stands-alone',
      comment:
        'What src/status/page/browser holds runs in browsers: it gets its data from the feed, and the server imports none of it.',
      severity: 'error',
      from: { path: '^src/status/page/browser/' },
      to: { pathNot: '^src/status/page/browser/', dependencyTypesNot: ['type-only'] },
    },
    ...vendorRules,
    {
      name: 'no-cycles',
      comment:
        'Two files that need each other are one idea, or hide a third: move the shared part into its own file.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-imports-the-top',
      comment:
        'server, app, cli and main compose the rooms; a room that needs them takes an argument instead.',
      severity: 'error',
      from: { path: `^src/(${ROOMS.join('|')}|model)/` },
      to: {
        path: '^src/(server|http-server|visitors|connections|watch-request|certificate-watch|measure|metrics-port|app|write-line|cli|main)(\\.ts|/)',
      },
    },
    {
      name: 'fs-only-in-config-and-store',
      comment: 'Files are read by config (settings, secrets) and store (rows) only: ask them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(config|store)/|^src/sample-tenant/fake-tenant\\.ts' },
      to: { path: '^(node:)?fs(/promises)?$' },
    },
    {
      name: 'names-through-the-readers-model',
      comment:
        'What a reader may not read must not be found by its name: look sets up in the Model at hand (src/model/readable-model.ts), never in the whole catalog.',
      severity: 'error',
      from: { path: '^src/(query|odata)/' },
      to: { path: '^src/model/catalog\\.ts' },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports this file: use it or delete it.',
      severity: 'error',
      from: { orphan: true, path: '^src/' },
      to: {},
    },
    {
      name: 'no-dev-dependencies-in-src',
      comment: 'The product runs with dependencies only: move the package or the import.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
};
