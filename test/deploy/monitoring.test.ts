import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { load as readYaml } from 'js-yaml';
import { RunningFeed } from '../feed/running-feed.js';

const RULES = resolve('deploy/monitoring/alerts.yml');
const DASHBOARD = 'deploy/monitoring/grafana-dashboard.json';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly description: string };
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const rules = async () =>
  (readYaml(await readFile(RULES, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    (group) => group.rules,
  );
const panels = async () => (JSON.parse(await readFile(DASHBOARD, 'utf8')) as { panels: Panel[] }).panels;

/** Names of metrics in an expression of PromQL. */
const metricsIn = (expression: string) =>
  [...expression.matchAll(/\b(?:discovery_feed|nodejs|process)_\w+/g)].map(([name]) => name);

let feed: RunningFeed;
let text: string;
beforeAll(async () => {
  feed = await RunningFeed.start({ sample: { apps: 20, today: new Date() } });
  text = (await feed.read('/metrics')).text;
});
afterAll(() => feed.close());

describe('deploy/monitoring', () => {
  it('names only metrics that /metrics has', async () => {
    const expressions = [
      ...(await rules()).map(({ expr }) => expr),
      ...(await panels()).flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ];
    const named = [...new Set(expressions.flatMap(metricsIn))];
    const offered = new Set(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    expect(named.filter((name) => !offered.has(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(25);
  });

  it('watches staleness, failed refreshes, drift, refused sign-ins, restarts and 5xx', async () => {
    const all = await rules();
    expect(all.map(({ alert }) => alert)).toEqual(
      expect.arrayContaining(
        ['Stale', 'RefreshFailed', 'SchemaDrift', 'SignInsRefused', 'Restarts', 'ServerErrors'].map(
          (name) => `DiscoveryFeed${name}`,
        ),
      ),
    );
    for (const { annotations } of all)
      expect([annotations.summary, annotations.description]).not.toContain('');
  });

  it('shows every metric of the product on the dashboard', async () => {
    const shown = new Set(
      (await panels()).flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => metricsIn(expr))),
    );
    const ours = [...text.matchAll(/^# TYPE (discovery_feed_\S+) (\S+)$/gm)].map(([, name, type]) =>
      type === 'histogram' ? `${name}_bucket` : name,
    );
    expect(ours.filter((name) => !shown.has(name!))).toEqual([]);
    const ids = (await panels()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const promtool = (args: readonly string[], input = '') => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return { status, said: stdout + stderr };
};

if (!hasPromtool) {
  describe('alert rules in promtool', () => {
    it.skip('check out and fire (needs promtool: apt-get install prometheus)', () => undefined);
  });
} else {
  describe('alert rules in promtool', () => {
    it('check out', () => {
      expect(promtool(['check', 'rules', RULES])).toEqual({
        status: 0,
        said: expect.stringContaining('SUCCESS'),
      });
    });

    it('find our metrics well-formed', () => {
      const own = text.split('\n').filter((line) => line.includes('discovery_feed_'));
      expect(promtool(['check', 'metrics'], `${own.join('\n')}\n`)).toEqual({ status: 0, said: '' });
    });

    it('fire when they should, and not before', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'rules-'));
      const file = join(folder, 'test.yml');
      await writeFile(file, JSON.stringify(FIRES));
      const result = promtool(['test', 'rules', file]);
      await rm(folder, { recursive: true });
      expect(result).toEqual({ status: 0, said: expect.stringContaining('SUCCESS') });
    });
  });
}

const at = (series: string, values: string) => ({
  series: series.replace('{', '{instance="a",job="f",'),
  values,
});

/** What promtool plays to the rules: minutes of samples, and which alerts are on at which minute. */
const FIRES = {
  rule_files: [RULES],
  evaluation_interval: '1m',
  tests: [
    {
      interval: '1m',
      input_series: [
        at('discovery_feed_last_success_timestamp_seconds{tenant="t"}', '0x1500'),
        at('discovery_feed_refreshes_total{tenant="t",status="failed"}', '0x9 2x100'),
        at('discovery_feed_schema_drift_total{tenant="t"}', '0x9 1x100'),
        at('discovery_feed_sign_ins_refused_total{}', '0x9 30x100'),
        at('discovery_feed_requests_total{route="collection",status="500"}', '0+1x100'),
        at('discovery_feed_requests_total{route="collection",status="200"}', '0+9x100'),
        at('discovery_feed_ready{}', '1x1500'),
        at('process_start_time_seconds{}', '0+1x10'),
      ],
      promql_expr_test: [
        ...['RefreshFailed', 'SchemaDrift', 'SignInsRefused'].flatMap((name) => [
          firing(name, '9m', 0),
          firing(name, '12m', 1),
        ]),
        firing('Stale', '24h', 0),
        firing('Stale', '1460m', 1),
        firing('ServerErrors', '30m', 1),
        firing('Restarts', '10m', 1),
        firing('NotReady', '30m', 0),
      ],
    },
  ],
};

/** How many alerts of a name are on at a minute. */
function firing(name: string, when: string, count: 0 | 1) {
  return {
    expr: `count(ALERTS{alertname="DiscoveryFeed${name}",alertstate="firing"})`,
    eval_time: when,
    exp_samples: count === 0 ? [] : [{ labels: '{}', value: count }],
  };
}
