/** Entra and Graph for ours, in a process of their own: the product's fakes, with the bench's data. */
import { startFakeEntra } from '../../dist/sample-tenant/fake-entra.js';
import { startFakeGraph } from '../../dist/sample-tenant/fake-graph.js';
import { rows, STREAM, TENANT } from '../data.mjs';
import { COUNT, ready, SEED } from './say.mjs';

const CLIENT = { clientId: '5d2f1c00-3a77-4d1e-8a52-1f0c9be7d002', secret: 'bench-secret' };
const NEVER_CHANGED = '2026-01-01T00:00:00Z';
const stream = {
  ...STREAM,
  ...{ description: null, createdDateTime: NEVER_CHANGED, lastModifiedDateTime: NEVER_CHANGED },
  ...{ lastDataReceivedDateTime: NEVER_CHANGED, isSnapshotReport: false, anonymizeUserData: false },
  ...{ anonymizeMachineData: false, logDataProvider: 'microsoftDefenderForEndpoint', logFileCount: null },
  ...{ receiverProtocol: null, supportedEntityTypes: ['userName', 'ipAddress', 'machineName'] },
  supportedTrafficTypes: ['uploadedBytes', 'downloadedBytes'],
};

let wire = [];
function setRevision(revision) {
  wire = Array.from(rows(COUNT, SEED, revision), (row) => ({
    form: 'documented',
    app: { ...row, streamId: undefined, tags: [], domains: [] },
  }));
}
setRevision(0);

const tenant = {
  ...{ tenantId: TENANT, day: '2026-11-01', streams: [stream] },
  usage: () => wire.map(({ app }) => app),
  wireRows: () => wire,
  on: () => tenant,
};
const entra = await startFakeEntra({ tenantId: TENANT, clients: [CLIENT] });
const graph = await startFakeGraph({ tenant, tokenKey: entra.key.publicKey });
ready(graph.url, {
  settings: () => ({
    AZURE_TENANT_ID: TENANT,
    AZURE_CLIENT_ID: CLIENT.clientId,
    AZURE_CLIENT_SECRET: CLIENT.secret,
    AZURE_AUTHORITY_HOST: entra.url,
    GRAPH_BASE_URL: graph.url,
  }),
  token: async () => {
    const body = new URLSearchParams({
      ...{ grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' },
      ...{ client_id: CLIENT.clientId, client_secret: CLIENT.secret },
    });
    const answer = await fetch(`${entra.url}/${TENANT}/oauth2/v2.0/token`, { method: 'POST', body });
    return (await answer.json()).access_token;
  },
  revise: (revision) => setRevision(revision),
});
