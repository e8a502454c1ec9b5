/** What is new, what is quiet, what grows: measured from the moment of the data, not from today. */
import { BYTES, CHANGE, DAY, WHOLE, type Measure } from './measure.js';

function newApps(days: number): Measure {
  return {
    name: `New apps, ${days} days`,
    dax: [
      `VAR since = [Data as of] - ${days}`,
      `RETURN`,
      `    COUNTROWS(`,
      `        FILTER(`,
      `            VALUES('App usage'[App key]),`,
      `            CALCULATE(MIN('App usage'[First seen])) >= since`,
      `        )`,
      `    )`,
    ],
    folder: 'Change',
    format: WHOLE,
    description: `Apps that no stream in view had seen before the last ${days} days of the data.`,
  };
}

const QUIET: Measure = {
  name: 'Quiet apps, 30 days',
  dax: [
    `VAR since = [Data as of] - 30`,
    `RETURN`,
    `    COUNTROWS(`,
    `        FILTER(`,
    `            VALUES('App usage'[App key]),`,
    `            VAR lastSeen = CALCULATE(MAX('App usage'[Last seen]))`,
    `            RETURN NOT ISBLANK(lastSeen) && lastSeen < since`,
    `        )`,
    `    )`,
  ],
  folder: 'Change',
  format: WHOLE,
  description: 'Apps that were used in the main period, but not in the last 30 days of the data.',
};

const FIRST_SEEN: Measure = {
  name: 'Apps by first seen',
  dax: [`CALCULATE([Apps], USERELATIONSHIP('App usage'[First seen date key], 'Date'[Date key]))`],
  folder: 'Change',
  format: WHOLE,
  description: 'Apps by the day on which a stream first saw them: for charts over Date, which otherwise goes by last seen.',
};

const SEEN: readonly Measure[] = [
  {
    name: 'First seen by any stream',
    dax: [`MIN('App usage'[First seen])`],
    folder: 'Change',
    format: DAY,
    description: 'Day on which a stream in view first saw the app, in UTC.',
  },
  {
    name: 'Latest use',
    dax: [`MAX('App usage'[Last seen])`],
    folder: 'Change',
    format: DAY,
    description: 'Day on which a stream in view last saw the app, in UTC.',
  },
];

/** Lengths of the periods that the feed fetches unless it is told otherwise; one that is not fetched shows blank. */
const PERIOD_DAYS = [7, 30, 90] as const;

interface PeriodMetric {
  readonly name: string;
  readonly dax: string;
  readonly format: Measure['format'];
  readonly words: string;
  /** Adds up over days, so that windows of different lengths compare per day. */
  readonly flows: boolean;
}

const PERIOD_METRICS: readonly PeriodMetric[] = [
  { name: 'Apps', dax: `DISTINCTCOUNT('App usage by period'[App key])`, format: WHOLE, words: 'Apps that were used', flows: false },
  { name: 'User-app pairs', dax: `SUM('App usage by period'[User count])`, format: WHOLE, words: 'Users, added up over apps and streams,', flows: false },
  { name: 'Upload', dax: `SUM('App usage by period'[Upload bytes])`, format: BYTES, words: 'Bytes uploaded', flows: true },
  { name: 'Total traffic', dax: `SUM('App usage by period'[Total bytes])`, format: BYTES, words: 'Bytes uploaded and downloaded', flows: true },
  { name: 'Transactions', dax: `SUM('App usage by period'[Transaction count])`, format: WHOLE, words: 'Transactions', flows: true },
];

function overPeriods({ name, dax, format, words, flows }: PeriodMetric): Measure[] {
  const folder = 'Periods';
  const within = PERIOD_DAYS.map((days) => ({
    name: `${name}, ${days} days`,
    dax: [`CALCULATE(${dax}, KEEPFILTERS('App usage by period'[Period] = "P${days}D"))`],
    folder,
    ...(format === undefined ? {} : { format }),
    description: `${words} in the last ${days} days. Blank when the feed does not fetch that period.`,
  }));
  const inPeriod = {
    name: `${name} in the period`,
    dax: [`IF(HASONEVALUE('App usage by period'[Period]), ${dax})`],
    folder,
    ...(format === undefined ? {} : { format }),
    description: `${words} in one period: put Period on an axis, or pick one. Blank over several, which overlap.`,
  };
  return [...within, inPeriod, ...(flows ? [...perDay(name, format), ...changes(name)] : [])];
}

function perDay(name: string, format: Measure['format']): Measure[] {
  return PERIOD_DAYS.map((days) => ({
    name: `${name} per day, ${days} days`,
    dax: [`DIVIDE([${name}, ${days} days], ${days})`],
    folder: 'Periods',
    ...(format === undefined ? {} : { format }),
    description: `${name} in the last ${days} days, divided by ${days}.`,
  }));
}

function changes(name: string): Measure[] {
  return [30, 90].map((days) => ({
    name: `${name} change, 7 against ${days} days`,
    dax: [
      `VAR dailyMean = [${name} per day, ${days} days]`,
      `RETURN DIVIDE([${name} per day, 7 days] - dailyMean, dailyMean)`,
    ],
    folder: 'Change',
    format: CHANGE,
    description: `${name} per day in the last 7 days against the daily mean of the last ${days} days, which contain them: above 0% it grows.`,
  }));
}

/** New, quiet and growing. */
export const TIME_MEASURES: readonly Measure[] = [
  newApps(7),
  newApps(30),
  QUIET,
  FIRST_SEEN,
  ...SEEN,
  ...PERIOD_METRICS.flatMap(overPeriods),
];
