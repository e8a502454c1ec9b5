/** Readers are served before what polls is there; when that cannot be set up, nothing of the server stays behind. */
import { expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load-config.js';
import type { Observation } from '../../src/observe/observation.js';
import { startServer } from '../../src/server.js';
import { temporaryFolder } from '../refresh/polled-sample.js';

it('a poller that cannot be set up ends the start, the port and the lock', async () => {
  const folder = await temporaryFolder();
  const env = { PORT: '0', DATA_DIR: folder.path, SAMPLE_APPS: '30', POLL_CRON: '0 0 1 1 *' };
  const settings = loadConfig({ env });
  const tenant = {
    tenantId: '11111111-1111-4111-8111-111111111111',
    displayName: 'Contoso',
    clientId: '22222222-2222-4222-8222-222222222222',
    credential: { kind: 'certificate', privateKey: 'rubbish', certificate: 'rubbish' },
    authorityHost: 'https://login.microsoftonline.com',
    graphBaseUrl: 'https://graph.microsoft.com',
    isSample: false,
  } as const;
  const seen: Observation[] = [];
  const refused = { ...settings, mode: 'real', tenants: [tenant] } as const;
  await expect(startServer(refused, (observation) => seen.push(observation))).rejects.toMatchObject({
    code: 'IDENTITY_CERTIFICATE_REFUSED',
  });
  const started = seen.find(({ kind }) => kind === 'serverStarted');
  await expect(fetch(started?.kind === 'serverStarted' ? started.url : '')).rejects.toMatchObject({
    cause: { code: 'ECONNREFUSED' },
  });
  const { url, stop } = await startServer(settings, () => undefined);
  expect((await fetch(url)).status).toBe(200);
  await stop('the end of the test');
  await folder.remove();
});
