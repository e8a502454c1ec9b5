/** The value of every setting, each by itself: the strongest level wins, and only what wins is read. */
import { findByLevel, reason, type Given, type Layers } from './layers.js';
import { mistake, wrongValue, type Mistake } from './mistake.js';
import { bad, good, type Reading } from './setting-type.js';
import { SETTING_NAMES, settingOf, type SettingName, type SettingValues } from './settings.js';

/** What could be read. A setting with a mistake is missing from `values`, so that nothing is concluded from it. */
export interface ReadValues {
  readonly values: Partial<SettingValues>;
  readonly sources: Readonly<Record<SettingName, string>>;
}

/** Reads all settings; each one that is wrong adds a mistake. */
export function readValues(layers: Layers, mistakes: Mistake[]): ReadValues {
  const values: Partial<Record<SettingName, unknown>> = {};
  const sources: Partial<Record<SettingName, string>> = {};
  for (const name of SETTING_NAMES) {
    const found = findOne(name, layers);
    if (found === undefined) {
      values[name] = settingOf(name).default;
      sources[name] = 'default';
    } else if ('line' in found) {
      mistakes.push(found);
    } else {
      const reading = read(name, found);
      sources[name] = found.origin;
      if (reading.ok) values[name] = reading.value;
      else mistakes.push(wrongValue(name, found, reading.problem));
    }
  }
  return { values: values as Partial<SettingValues>, sources: sources as Record<SettingName, string> };
}

function read(name: SettingName, { raw, form }: Given): Reading<unknown> {
  const { type } = settingOf(name);
  // `--host` without a value arrives as true; only a yes or no can do with that.
  if (raw === '') return bad('is empty');
  return form === 'text' ? type.fromText(String(raw)) : type.fromJson(raw);
}

/** Level by level, because a value in the environment beats a *_FILE in the configuration file. */
function findOne(name: SettingName, layers: Layers): Given | Mistake | undefined {
  const direct = findByLevel(name, layers, '');
  const files = settingOf(name).fromFile === true ? findByLevel(name, layers, 'File') : [];
  for (const [level, given] of direct.entries()) {
    const file = files[level];
    if (given !== undefined && file !== undefined) {
      return mistake(name, `is given twice, by ${given.origin} and by ${file.origin}. Keep one of them`);
    }
    if (given !== undefined) return given;
    if (file !== undefined) return openFile(name, file, layers);
  }
  return undefined;
}

function openFile(name: SettingName, file: Given, layers: Layers): Given | Mistake {
  const content = readSecret(file.raw, layers);
  if (!content.ok) return mistake(name, `the file that ${file.origin} names ${content.problem}`);
  return { raw: content.value, origin: `the file of ${file.origin}`, form: 'text', hidden: true };
}

/** A secret from a file of its own, without the line end that editors leave. The problem never quotes the content. */
export function readSecret(path: unknown, layers: Layers): Reading<string> {
  if (typeof path !== 'string' || path === '') return bad('has no usable path');
  try {
    const content = layers
      .readFile(path)
      .replace(/^\uFEFF/, '')
      .trim();
    return content === '' ? bad(`is empty ('${path}')`) : good(content);
  } catch (error) {
    return bad(`cannot be read ('${path}', ${reason(error)})`);
  }
}
