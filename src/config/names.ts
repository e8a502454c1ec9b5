/** Names that are none of ours: mistakes in the file and among the flags, warnings in the environment. */
import type { Layers } from './layers.js';
import { mistake, type Mistake } from './mistake.js';
import { nearest, slips } from './nearest.js';
import { environmentName, flagName } from './setting.js';
import { SETTING_NAMES, settingOf, type SettingName } from './settings.js';

/** Members that editors put into a JSON file. */
const EDITOR_MEMBERS = ['$schema'];

/** Settings and their *File forms that a place accepts. */
function namesFor(place: 'file' | 'outside the file'): string[] {
  return SETTING_NAMES.filter((name) => (settingOf(name).only ?? place) === place).flatMap((name) =>
    settingOf(name).fromFile === true ? [name, `${name}File`] : [name],
  );
}

/** Members of the file that no setting has. */
export function unknownMembers(layers: Layers): Mistake[] {
  const known = namesFor('file');
  return [...layers.file.keys()]
    .filter((name) => !known.includes(name) && !EDITOR_MEMBERS.includes(name))
    .map((name) => {
      if (isSetting(name)) return mistake(name, `cannot stand in the configuration file; ${elsewhere(name)}`);
      return mistake(
        name,
        `no setting has this name (in ${layers.filePath ?? 'the file'}).${didYouMean(name, known)}`,
      );
    });
}

/** Flags that no setting has, and flags that would show a secret. */
export function wrongFlags(layers: Layers): Mistake[] {
  const known = namesFor('outside the file');
  const short = SETTING_NAMES.flatMap((name) => settingOf(name).shortFlag ?? []);
  const open = known.filter((name) => !isSetting(name) || settingOf(name).secret !== true);
  return [...layers.flags.keys()]
    .filter((name) => !open.includes(name) && !short.includes(name))
    .map((name) => {
      const flag = `--${flagName(name)}`;
      if (!isSetting(name)) {
        return mistake(
          flag,
          `no setting has this flag.${didYouMean(flagName(name), [...open, ...short].map(flagName), '--')}`,
        );
      }
      return settingOf(name).only === 'file'
        ? mistake(name, `cannot be given as ${flag}; write it into the configuration file (--config)`)
        : mistake(
            name,
            `is secret, and every user of this machine can read a command line: use ${environmentName(name)} or ${environmentName(name)}_FILE instead of ${flag}`,
          );
    });
}

/** Names of others that look like slips of ours. */
const NAMES_OF_OTHERS = ['HTTP_PROXY', 'ALL_PROXY', 'FTP_PROXY'];

/** Variables one slip away from ours; no mistake, because the environment belongs to everybody. */
export function environmentWarnings(layers: Layers): string[] {
  const ours = namesFor('outside the file').map(environmentName);
  return Object.keys(layers.env)
    .filter((name) => name.length >= 8 && !ours.includes(name) && !NAMES_OF_OTHERS.includes(name))
    .filter((name) => !ours.includes(name.toUpperCase()))
    .flatMap((name) => {
      const meant = ours.find((candidate) => slips(name, candidate) === 1);
      return meant === undefined
        ? []
        : [`${name} is set, but no setting has this name. Did you mean ${meant}?`];
    });
}

function didYouMean(name: string, known: readonly string[], prefix = ''): string {
  const meant = nearest(name, known);
  return meant === undefined ? ' docs/settings.md lists all of them.' : ` Did you mean '${prefix}${meant}'?`;
}

function isSetting(name: string): name is SettingName {
  return (SETTING_NAMES as readonly string[]).includes(name);
}

function elsewhere(name: SettingName): string {
  return `set ${environmentName(name)} or --${settingOf(name).shortFlag ?? flagName(name)}`;
}
