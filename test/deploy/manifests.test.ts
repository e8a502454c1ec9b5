import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { validate } from 'dockerfile-utils';
import { load, loadAll } from 'js-yaml';
import { create } from 'xmlbuilder2';
import { environmentName } from '../../src/config/setting.js';
import { SETTING_NAMES } from '../../src/config/settings.js';
import { has } from './proxy.js';

const textOf = (path: string) => readFileSync(path, 'utf8');
const VARIABLES = new Set([
  'NODE_ENV',
  ...SETTING_NAMES.flatMap((name) => [environmentName(name), environmentName(`${name}File`)]),
]);

describe('The Dockerfile', () => {
  const text = textOf('Dockerfile');

  it('has nothing that its linter finds', () => {
    expect(validate(text)).toEqual([]);
    expect(validate(`${text}\nRUNN x`)).not.toEqual([]);
  });

  it('copies what is there, and the context leaves it in', () => {
    const sources = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) =>
      paths.split(' '),
    );
    const kept = textOf('.dockerignore').match(/(?<=^!).+/gm) ?? [];
    expect(sources.length).toBeGreaterThan(5);
    for (const path of sources)
      expect([path, existsSync(path), kept.some((one) => one === path)]).toEqual([path, true, true]);
  });

  it('copies all that the build needs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'feed-image-'));
    try {
      // A junction, because Windows lets every user make one.
      symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'), 'junction');
      const [, stage = ''] = text.split(/^FROM .*$/m);
      for (const [, paths = ''] of stage.matchAll(/^COPY (.+) \S+$/gm))
        for (const path of paths.split(' ')) cpSync(path, join(folder, path), { recursive: true });
      execFileSync('npm', ['run', 'build'], { cwd: folder, shell: process.platform === 'win32' });
      for (const file of ['main.js', 'status/page/browser/app.js', 'status/page/browser/style.css'])
        expect([file, existsSync(join(folder, 'dist', file))]).toEqual([file, true]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 240_000);

  it('runs as nobody in particular, checks health, and sets settings that there are', () => {
    const last = text.slice(text.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last.indexOf('\nUSER node')).toBeGreaterThan(last.lastIndexOf('\nRUN '));
    expect(last).toMatch(/^HEALTHCHECK /m);
    const variables = [...text.matchAll(/(?:ENV|^ {4})\s*([A-Z_]+)=/gm)].map(([, name]) => name!);
    expect(variables.sort()).toEqual(['DATA_DIR', 'HOST', 'NODE_ENV']);
  });
});

describe('compose.yaml', () => {
  interface Service {
    readonly environment: Readonly<Record<string, string>>;
    readonly secrets?: readonly string[];
    readonly [member: string]: unknown;
  }
  const compose = load(textOf('compose.yaml')) as {
    readonly services: Readonly<Record<'feed' | 'caddy', Service>>;
    readonly secrets: object;
    readonly volumes: object;
  };

  it('sets settings that there are, and declares what it uses', () => {
    const { feed, caddy } = compose.services;
    for (const name of Object.keys(feed.environment))
      expect([name, VARIABLES.has(name)]).toEqual([name, true]);
    expect(feed.secrets).toEqual(Object.keys(compose.secrets));
    const volumes = [...(feed.volumes as string[]), ...(caddy.volumes as string[])].map(
      (one) => one.split(':')[0]!,
    );
    for (const volume of volumes)
      expect([volume, volume.startsWith('.') ? existsSync(volume) : volume in compose.volumes]).toEqual([
        volume,
        true,
      ]);
  });

  it('leaves the feed without rights that it does not need', () => {
    expect(compose.services.feed).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      stop_grace_period: '40s',
    });
  });
});

describe('The systemd unit', () => {
  const text = textOf('deploy/systemd/discovery-feed.service');

  it('sets settings that there are', () => {
    const names = [...text.matchAll(/^Environment=([A-Z_]+)=/gm)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) expect([name, VARIABLES.has(name)]).toEqual([name, true]);
  });

  if (!has('systemd-analyze', '--version')) {
    it.skip('is right, and hardened (needs systemd-analyze)', () => undefined);
    return;
  }

  it('is right, and hardened: systemd-analyze verify says nothing, exposure is below 2 of 10', () => {
    const folder = mkdtempSync(join(tmpdir(), 'unit-'));
    try {
      const unit = join(folder, 'discovery-feed.service');
      writeFileSync(unit, text.replace('/usr/bin/node /opt/discovery-feed/dist/main.js', process.execPath));
      const said = execFileSync('systemd-analyze', ['verify', unit], { encoding: 'utf8', stdio: 'pipe' });
      expect(said).toBe('');
      const verdict = execFileSync(
        'systemd-analyze',
        ['security', '--offline=true', '--threshold=20', unit],
        {
          encoding: 'utf8',
          env: { ...process.env, SYSTEMD_COLORS: '0' },
        },
      );
      const [, exposure = '10'] = /Overall exposure level for .*: ([\d.]+)/.exec(verdict) ?? [];
      expect(Number(exposure)).toBeLessThan(2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('The Kubernetes manifest', () => {
  interface Manifest {
    readonly kind: string;
    readonly spec: Record<string, never>;
  }
  const manifests = loadAll(textOf('deploy/kubernetes/discovery-feed.yaml')) as Manifest[];
  const { spec } = manifests.find(({ kind }) => kind === 'Deployment') as unknown as {
    spec: {
      replicas: number;
      strategy: object;
      template: {
        spec: {
          containers: [{ env: { name: string }[]; ports: { name: string }[] } & Record<string, unknown>];
          volumes: { name: string }[];
        };
      };
    };
  };

  it('runs one writer, and never two at once', () => {
    expect([spec.replicas, spec.strategy]).toEqual([1, { type: 'Recreate' }]);
  });

  it('sets settings that there are, probes what answers, mounts what it declares', () => {
    const [container] = spec.template.spec.containers;
    for (const { name } of container.env) expect([name, VARIABLES.has(name)]).toEqual([name, true]);
    const ports = new Set(container.ports.map(({ name }) => name));
    for (const [probe, path] of [
      ['startupProbe', '/startup'],
      ['livenessProbe', '/live'],
      ['readinessProbe', '/ready'],
    ]) {
      const { httpGet } = container[probe!] as { httpGet: { path: string; port: string } };
      expect([httpGet.path, ports.has(httpGet.port)]).toEqual([path, true]);
    }
    const mounts = (container.volumeMounts as { name: string }[]).map(({ name }) => name);
    expect(mounts.sort()).toEqual(spec.template.spec.volumes.map(({ name }) => name).sort());
  });
});

describe.each(['deploy/iis/web.config', 'deploy/windows/discovery-feed.xml'])('%s', (path) => {
  it('is well-formed, and sets settings that there are', () => {
    const text = textOf(path);
    expect(() => create(text)).not.toThrow();
    for (const [, name = ''] of text.matchAll(/<env name="([^"]+)"/g))
      expect([name, VARIABLES.has(name)]).toEqual([name, true]);
  });
});
