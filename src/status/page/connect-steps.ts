/** How Power BI and Excel connect, by kind of credential: a table of words, for whoever looks at this server. */
import { mText } from '../../powerbi/m-query.js';

/** Kinds of credentials, in the order in which the page shows them; spelled as Power BI does in its dialogue. */
export const CREDENTIAL_KINDS = ['Organizational account', 'Web API', 'Basic', 'Anonymous'] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** What the words depend on. */
export interface StepsOptions {
  /** URL of the service root as this visitor reaches it, with a slash at its end. */
  readonly root: string;
  /** Name of the query option that carries an API key. */
  readonly keyParameter: string;
}

/** Four steps and what scheduled refresh needs. `code` is copied as it stands. */
export interface Connecting {
  readonly who: string;
  readonly steps: readonly { readonly text: string; readonly code?: string }[];
  readonly schedule: string;
}

const OPEN =
  'Power BI Desktop: Home → Get data → OData feed. Excel: Data → Get Data → From Other Sources → From OData Feed.';
const LOAD = 'Tick DiscoveredApps and the tables you want beside it, then Load.';

const BY_GATEWAY =
  'This address works on this machine only: the Power BI service refreshes through an on-premises data gateway that runs here.';
const DIRECTLY = 'No gateway is needed where the service can reach this address.';

const KINDS: Readonly<Record<CredentialKind, (options: StepsOptions) => Connecting>> = {
  'Organizational account': ({ root }) => ({
    who: 'You sign in with your Microsoft work account.',
    steps: [
      { text: OPEN },
      { text: 'Paste the address and choose OK:', code: root },
      { text: 'Choose Organizational account, Sign in, then Connect.' },
      { text: LOAD },
    ],
    schedule: `Power BI service: in the settings of the semantic model, Data source credentials → OAuth2 → Sign in. ${gateway(root)}`,
  }),
  'Web API': ({ root, keyParameter }) => ({
    who: 'Somebody gave you an API key.',
    steps: [
      {
        text: 'Power BI Desktop: Home → Get data → Blank query. Excel: Data → Get Data → From Other Sources → Blank Query. Then Advanced Editor.',
      },
      {
        text: 'Replace what stands there by this line, and choose Done. The key itself does not belong into it:',
        code: keyQuery(root, keyParameter),
      },
      {
        text: 'Edit Credentials → Web API, paste the key, keep the level at the address above, then Connect.',
      },
      { text: 'Choose Table in the line of DiscoveredApps, then Close & Load (Close & Apply).' },
    ],
    schedule: `Power BI service: Data source credentials → Key, with “Skip test connection” ticked. ${gateway(root)}`,
  }),
  Basic: ({ root }) => ({
    who: 'Somebody gave you a user name and a password.',
    steps: [
      { text: OPEN },
      { text: 'Paste the address and choose OK:', code: root },
      {
        text: 'Choose Basic, type user name and password, keep the level at the address above, then Connect.',
      },
      { text: LOAD },
    ],
    schedule:
      'Power BI service: through an on-premises data gateway. Add this address to it as an OData source with Basic, and choose it in the settings of the semantic model.',
  }),
  Anonymous: ({ root }) => ({
    who: 'Whoever reaches this server may read.',
    steps: [
      { text: OPEN },
      { text: 'Paste the address and choose OK:', code: root },
      { text: 'Choose Anonymous, then Connect.' },
      { text: LOAD },
    ],
    schedule: `Power BI service: Data source credentials → Anonymous. ${gateway(root)}`,
  }),
};

function gateway(root: string): string {
  return isOwnMachine(root) ? BY_GATEWAY : DIRECTLY;
}

/** The words for one kind. */
export function connecting(kind: CredentialKind, options: StepsOptions): Connecting {
  return KINDS[kind](options);
}

/** The M that lets Power Query send a key: without `ApiKeyName` it refuses the kind Web API. */
export function keyQuery(root: string, keyParameter: string): string {
  return `OData.Feed(${mText(root)}, null, [Implementation = "2.0", ApiKeyName = ${mText(keyParameter)}])`;
}

/** Whether an address leads nowhere but to the machine that it is typed on. */
export function isOwnMachine(root: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(root).hostname);
}
