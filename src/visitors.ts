/** What people meet who come with a browser: the page and its files, as the settings say. */
import type { Request, RequestHandler } from 'express';
import type { Settings } from './config/settings.js';
import { readableModel, WHOLE_MODEL, type Model } from './model/readable-model.js';
import { grantsFor } from './security/authorise.js';
import { downloadRoutes } from './status/downloads.js';
import type { CredentialKind } from './status/page/connect-steps.js';
import { pageRoutes } from './status/page/page.js';

/**
 * Routes `/`, `/page/…` and `/downloads/…`.
 *
 * @param serviceRoot URL of the service root as a visitor reaches it
 * @param signIn leaves the reader's grants in `response.locals.grants`
 */
export function visitorRoutes(
  settings: Settings,
  serviceRoot: (request: Request) => string,
  signIn: readonly RequestHandler[],
): RequestHandler[] {
  const { apiKeyParameter: keyParameter, grants, mode } = settings;
  const page = pageRoutes({
    serviceRoot,
    isSample: mode === 'sample',
    kinds: credentialKinds(settings),
    keyParameter,
    sets: visitorSets(settings),
  });
  // Without grants every reader sees the same columns, and the workbook's query tells nobody anything.
  const files = downloadRoutes({ serviceRoot, keyParameter, ...(grants.length === 0 ? {} : { signIn }) });
  return [page, files];
}

/** What somebody without a credential may know of: with grants, only what they give to anonymous readers. */
function visitorSets({ grants, servesAnonymous }: Settings): Model['sets'] {
  if (grants.length === 0) return WHOLE_MODEL.sets;
  const own = servesAnonymous ? grantsFor({ kind: 'anonymous', name: '' }, grants) : undefined;
  return own === undefined ? [] : readableModel(own).sets;
}

function credentialKinds(settings: Settings): CredentialKind[] {
  const { entraTenantIds, apiKeys, basicUsers, servesAnonymous } = settings;
  const isOn: Readonly<Record<CredentialKind, boolean>> = {
    'Organizational account': entraTenantIds.length > 0,
    'Web API': apiKeys.length > 0,
    Basic: basicUsers.length > 0,
    Anonymous: servesAnonymous,
  };
  return (Object.keys(isOn) as CredentialKind[]).filter((kind) => isOn[kind]);
}
