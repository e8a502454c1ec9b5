/** Three charts on the live feed, each one `$apply`; what a chart shows stands below it as a table, with its URL. */
import type { Chart as ChartClass, ChartConfiguration } from 'chart.js';
import { copyable } from './copy.js';
import { byId, dataTable, element } from './elements.js';
import type { Feed, Row } from './feed.js';
import { bytes, count } from './format.js';
import { feedPath } from './odata-url.js';
import { problemText } from './problem.js';
import type { Readable } from './readable.js';

/** Comes with `page/chart.js`, a classic script. */
declare const Chart: typeof ChartClass;

interface ChartSpec {
  readonly title: string;
  readonly set: string;
  /** Properties that the query needs. */
  readonly needs: readonly string[];
  readonly path: string;
  readonly label: (row: Row) => string;
  readonly value: string;
  readonly format: (value: unknown) => string;
  readonly heads: readonly [string, string];
  /** Custom property of the style sheet for a row's bar. */
  readonly colour: (row: Row) => string;
  /** Order of rows where the feed's is not the one to show. */
  readonly rank?: (row: Row) => number;
  readonly about?: string;
}

const LEVELS = ['high', 'medium', 'low'];
const LARGEST = 10;

const CHARTS: readonly ChartSpec[] = [
  {
    title: 'Apps by risk',
    set: 'Apps',
    needs: ['riskLevel'],
    path: feedPath('Apps', { $apply: 'groupby((riskLevel),aggregate($count as apps))' }),
    label: ({ riskLevel }) => (typeof riskLevel === 'string' ? `${riskLevel} risk` : 'not scored'),
    value: 'apps',
    format: count,
    heads: ['Risk', '#Apps'],
    colour: ({ riskLevel }) => (typeof riskLevel === 'string' ? `--${riskLevel}` : '--none'),
    rank: ({ riskLevel }) => LEVELS.indexOf(String(riskLevel)) + (riskLevel === null ? 10 : 0),
  },
  {
    title: 'Most uploaded to',
    set: 'DiscoveredApps',
    needs: ['displayName', 'uploadNetworkTrafficInBytes', 'isGlobalReport'],
    path: feedPath('DiscoveredApps', {
      $apply:
        'filter(isGlobalReport ne true)/groupby((displayName),aggregate(uploadNetworkTrafficInBytes with sum as upload))',
      $orderby: 'upload desc',
      $top: String(LARGEST),
    }),
    label: ({ displayName }) => String(displayName),
    value: 'upload',
    format: bytes,
    heads: ['App', '#Uploaded'],
    colour: () => '--accent',
    about: 'All streams but the Global report, which repeats them.',
  },
  {
    title: 'Apps by category',
    set: 'Apps',
    needs: ['categoryName'],
    path: feedPath('Apps', {
      $apply: 'groupby((categoryName),aggregate($count as apps))',
      $orderby: 'apps desc',
      $top: String(LARGEST),
    }),
    label: ({ categoryName }) => (typeof categoryName === 'string' ? categoryName : 'no category'),
    value: 'apps',
    format: count,
    heads: ['Category', '#Apps'],
    colour: () => '--accent',
  },
];

/** One chart that is drawn, to be drawn again when the colours change. */
const drawn = new Map<HTMLCanvasElement, { readonly chart: ChartClass; readonly redraw: () => void }>();

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const { redraw } of drawn.values()) redraw();
});

/** Fills the section; a chart that cannot be read says why in its place, and the first such failure is thrown on. */
export async function showCharts(feed: Feed, readable: Readable): Promise<void> {
  const section = byId('charts');
  const specs = CHARTS.filter(({ set, needs }) => readable.has(set, ...needs));
  section.hidden = specs.length === 0;
  const boxes = specs.map(() => element('div', { class: 'chart' }));
  for (const { chart } of drawn.values()) chart.destroy();
  drawn.clear();
  section.querySelector('.charts')?.replaceChildren(...boxes);
  const failures: unknown[] = [];
  await Promise.all(
    specs.map(async (spec, index) => {
      try {
        const rows = await feed.rows(spec.path);
        if (boxes[index] !== undefined) fill(boxes[index], spec, { rows, root: feed.root });
      } catch (thrown) {
        failures.push(thrown);
        boxes[index]?.replaceChildren(element('h3', {}, spec.title), problemText(thrown));
      }
    }),
  );
  if (failures.length > 0) throw failures[0];
}

function fill(
  box: HTMLElement,
  spec: ChartSpec,
  { rows: given, root }: { rows: readonly Row[]; root: string },
): void {
  const { rank } = spec;
  const rows = rank === undefined ? given : [...given].sort((left, right) => rank(left) - rank(right));
  const said = rows.map((row) => `${spec.label(row)}: ${spec.format(row[spec.value])}`);
  const canvas = element('canvas', { role: 'img', 'aria-label': `${spec.title}. ${said.join(', ')}` });
  const scale = scaleFor(rows.map((row) => Number(row[spec.value])));
  const about = [spec.about, scale === 'logarithmic' ? 'Logarithmic scale.' : undefined]
    .filter(Boolean)
    .join(' ');
  box.replaceChildren(
    element('h3', {}, spec.title),
    ...(rows.length === 0
      ? [element('p', { class: 'hint' }, 'There is nothing to show.')]
      : [element('div', { class: 'canvas' }, canvas)]),
    ...(about === '' ? [] : [element('p', { class: 'hint' }, about)]),
    element(
      'details',
      {},
      element('summary', {}, 'As a table, with its URL'),
      dataTable(
        spec.title,
        spec.heads,
        rows.map((row) => [spec.label(row), spec.format(row[spec.value])]),
      ),
      copyable(root + spec.path),
    ),
  );
  if (rows.length === 0) return;
  const redraw = () => {
    drawn.get(canvas)?.chart.destroy();
    drawn.set(canvas, { chart: new Chart(canvas, configuration(spec, rows, scale)), redraw });
  };
  redraw();
}

/** One giant would leave all other bars without length. */
function scaleFor(values: readonly number[]): 'linear' | 'logarithmic' {
  const [largest = 0, second = 0] = [...values].sort((left, right) => right - left);
  return second > 0 && largest > 50 * second ? 'logarithmic' : 'linear';
}

function configuration(
  spec: ChartSpec,
  rows: readonly Row[],
  scale: 'linear' | 'logarithmic',
): ChartConfiguration<'bar', number[], string> {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const ink = colour('--ink');
  return {
    type: 'bar',
    data: {
      labels: rows.map((row) => short(spec.label(row))),
      datasets: [
        {
          data: rows.map((row) => Number(row[spec.value])),
          backgroundColor: rows.map((row) => colour(spec.colour(row))),
          maxBarThickness: 26,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      animation: false,
      maintainAspectRatio: false,
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { label: ({ dataIndex }) => spec.format(rows[dataIndex]?.[spec.value]) } },
      },
      scales: {
        x: {
          type: scale,
          ticks: { color: ink, maxTicksLimit: 5, callback: (value) => spec.format(Number(value)) },
          grid: { color: colour('--line') },
        },
        y: { ticks: { color: ink, autoSkip: false }, grid: { display: false } },
      },
    },
  };
}

const LONGEST_LABEL = 22;

function short(label: string): string {
  return label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label;
}
