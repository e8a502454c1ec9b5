import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { configSchemaJson } from '../../src/config/config-schema.js';
import { environmentName, flagName } from '../../src/config/setting.js';
import { defaultConfigJson, settingsMarkdown, UPDATE_COMMAND } from '../../src/config/settings-markdown.js';
import { SETTING_NAMES, settingOf } from '../../src/config/settings.js';

function current(path: string, expected: string): void {
  const found = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  if (found !== expected)
    throw new Error(`${path} is not what src/config says. Update it: ${UPDATE_COMMAND}`);
}

describe('docs/settings.md', () => {
  it('is what the settings table says', () => {
    current('docs/settings.md', settingsMarkdown());
  });

  it('has one row for every setting and none besides', () => {
    const rows = [...readFileSync('docs/settings.md', 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(
      ([, name]) => name,
    );
    expect([...rows].sort()).toEqual([...SETTING_NAMES].sort());
  });
});

describe('config/default.json', () => {
  it('is what the settings table says', () => {
    current('config/default.json', defaultConfigJson());
  });

  it('holds every setting that a file may hold and none besides', () => {
    const members = Object.keys(JSON.parse(readFileSync('config/default.json', 'utf8')) as object);
    expect(members).toEqual([
      '$schema',
      ...SETTING_NAMES.filter((name) => settingOf(name).only !== 'outside the file'),
    ]);
  });
});

describe('config/schema.json', () => {
  it('is what the settings table says', () => {
    current('config/schema.json', configSchemaJson());
  });
});

describe('The one naming rule', () => {
  it('gives a setting its four spellings', () => {
    expect([environmentName('graphMaxBodyBytes'), flagName('graphMaxBodyBytes')]).toEqual([
      'GRAPH_MAX_BODY_BYTES',
      'graph-max-body-bytes',
    ]);
  });

  it.each(SETTING_NAMES)(
    '%s has a help text that ends as a sentence, and an example that is accepted',
    (name) => {
      const { help, example, type, only } = settingOf(name);
      expect(help).toMatch(/[.)]$/);
      if (only !== 'file' && !example.includes('<'))
        expect(type.fromText(example)).toMatchObject({ ok: true });
    },
  );
});
