/** What people ask of usage: how many, how much, how risky, how new, approved or not. */
import { BYTES, ONE_DECIMAL, PERCENT, WHOLE, type Measure } from './measure.js';

const PAIRS =
  'one person who uses two apps, or one app that two streams see, counts twice: upstream counts people per app and stream, and does not name them';

const VOLUME: readonly Measure[] = [
  {
    name: 'Apps',
    dax: [`DISTINCTCOUNT('App usage'[App key])`],
    folder: 'Usage',
    format: WHOLE,
    description: 'Apps that were used, each counted once however many streams saw it.',
  },
  {
    name: 'User-app pairs',
    dax: [`SUM('App usage'[User count])`],
    folder: 'Usage',
    format: WHOLE,
    description: `Users, added up over apps and streams: ${PAIRS}. For one app in one stream: its distinct users.`,
  },
  {
    name: 'Device-app pairs',
    dax: [`SUM('App usage'[Device count])`],
    folder: 'Usage',
    format: WHOLE,
    description: 'Devices, added up over apps and streams: a device with two apps counts twice. Only the Defender for Endpoint stream measures devices.',
  },
  {
    name: 'Transactions',
    dax: [`SUM('App usage'[Transaction count])`],
    folder: 'Usage',
    format: WHOLE,
    description: 'Transactions (log lines of usage) in the main period.',
  },
  {
    name: 'Upload',
    dax: [`SUM('App usage'[Upload bytes])`],
    folder: 'Traffic',
    format: BYTES,
    description: 'Bytes uploaded in the main period, in streams that measure uploads.',
  },
  {
    name: 'Download',
    dax: [`SUM('App usage'[Download bytes])`],
    folder: 'Traffic',
    format: BYTES,
    description: 'Bytes downloaded in the main period, in streams that measure downloads.',
  },
  {
    name: 'Total traffic',
    dax: [`SUM('App usage'[Total bytes])`],
    folder: 'Traffic',
    format: BYTES,
    description: 'Bytes uploaded and downloaded in the main period, where both are measured.',
  },
  {
    name: 'Upload share',
    dax: [
      `DIVIDE(`,
      `    CALCULATE([Upload], KEEPFILTERS(NOT ISBLANK('App usage'[Total bytes]))),`,
      `    [Total traffic]`,
      `)`,
    ],
    folder: 'Traffic',
    format: PERCENT,
    description: 'Uploaded part of the total traffic, where both directions are measured: high for apps that data leaves through.',
  },
];

const RISK: readonly Measure[] = [
  {
    name: 'High-risk apps',
    dax: [`CALCULATE([Apps], KEEPFILTERS('Risk level'[Risk level ID] = "high"))`],
    folder: 'Risk',
    format: WHOLE,
    description: 'Apps in the high risk band (a low score; the bounds are settings of the feed).',
  },
  {
    name: 'High-risk share',
    dax: [`DIVIDE([High-risk apps], [Apps])`],
    folder: 'Risk',
    format: PERCENT,
    description: 'High-risk apps as a part of all apps, those without a score included.',
  },
  {
    name: 'High-risk user-app pairs',
    dax: [`CALCULATE([User-app pairs], KEEPFILTERS('Risk level'[Risk level ID] = "high"))`],
    folder: 'Risk',
    format: WHOLE,
    description: `Users of high-risk apps, added up over apps and streams: ${PAIRS}.`,
  },
  {
    name: 'High-risk upload',
    dax: [`CALCULATE([Upload], KEEPFILTERS('Risk level'[Risk level ID] = "high"))`],
    folder: 'Risk',
    format: BYTES,
    description: 'Bytes uploaded to high-risk apps.',
  },
  {
    name: 'Average risk score',
    dax: [
      `AVERAGEX(`,
      `    SUMMARIZE('App usage', 'App'[App key], 'App'[Risk score]),`,
      `    'App'[Risk score]`,
      `)`,
    ],
    folder: 'Risk',
    format: ONE_DECIMAL,
    description: 'Mean score of the apps that have one, each counted once: 10 is the safest.',
  },
  {
    name: 'User-weighted risk score',
    dax: [
      `VAR scored = FILTER('App usage', NOT ISBLANK(RELATED('App'[Risk score])))`,
      `RETURN`,
      `    DIVIDE(`,
      `        SUMX(scored, 'App usage'[User count] * RELATED('App'[Risk score])),`,
      `        SUMX(scored, 'App usage'[User count])`,
      `    )`,
    ],
    folder: 'Risk',
    format: ONE_DECIMAL,
    description: 'Mean score of apps, weighted with their users: what people really use. 10 is the safest; apps without a score are left out.',
  },
];

const GOVERNANCE: readonly Measure[] = [
  {
    name: 'Sanctioned apps',
    dax: [`CALCULATE([Apps], KEEPFILTERS('App'[Is sanctioned] = TRUE()))`],
    folder: 'Sanction status',
    format: WHOLE,
    description: 'Apps in use that carry the tag Sanctioned.',
  },
  {
    name: 'Unsanctioned apps in use',
    dax: [`CALCULATE([Apps], KEEPFILTERS('App'[Is unsanctioned] = TRUE()))`],
    folder: 'Sanction status',
    format: WHOLE,
    description: 'Apps that carry the tag Unsanctioned and were used nevertheless in the main period.',
  },
  {
    name: 'Unsanctioned upload',
    dax: [`CALCULATE([Upload], KEEPFILTERS('App'[Is unsanctioned] = TRUE()))`],
    folder: 'Sanction status',
    format: BYTES,
    description: 'Bytes uploaded to apps that carry the tag Unsanctioned.',
  },
  {
    name: 'Untagged apps',
    dax: [`CALCULATE([Apps], KEEPFILTERS('App'[Tags] = ""))`],
    folder: 'Sanction status',
    format: WHOLE,
    description: 'Apps in use that nobody has tagged yet: the list to decide on.',
  },
];

const GENERATIVE_AI = `KEEPFILTERS('Category'[Category ID] = "generativeAi")`;

const AI: readonly Measure[] = [
  {
    name: 'Generative AI apps',
    dax: [`CALCULATE([Apps], ${GENERATIVE_AI})`],
    folder: 'Generative AI',
    format: WHOLE,
    description: 'Apps of the category Generative AI that were used.',
  },
  {
    name: 'Generative AI user-app pairs',
    dax: [`CALCULATE([User-app pairs], ${GENERATIVE_AI})`],
    folder: 'Generative AI',
    format: WHOLE,
    description: `Users of generative-AI apps, added up over apps and streams: ${PAIRS}.`,
  },
  {
    name: 'Generative AI upload',
    dax: [`CALCULATE([Upload], ${GENERATIVE_AI})`],
    folder: 'Generative AI',
    format: BYTES,
    description: 'Bytes uploaded to generative-AI apps: prompts and files.',
  },
  {
    name: 'Generative AI share of apps',
    dax: [`DIVIDE([Generative AI apps], [Apps])`],
    folder: 'Generative AI',
    format: PERCENT,
    description: 'Generative-AI apps as a part of all apps.',
  },
];

/** All measures over the main period. */
export const USAGE_MEASURES: readonly Measure[] = [...VOLUME, ...RISK, ...GOVERNANCE, ...AI];
