/** A changed configuration, while the server runs: taken over as a whole, or not at all. */
import { environmentName } from './config/setting.js';
import { SETTING_NAMES, settingOf, type SettingName, type Settings } from './config/settings.js';
import { asFeedError, FeedError } from './errors.js';
import type { Observe } from './observe/observation.js';

/**
 * Reads the configuration again. A mistake in it, or a change that needs a restart, is observed, and changes nothing.
 *
 * @param load throws CONFIG_INVALID with all mistakes
 * @returns the settings to take over; undefined when those of before stay in force
 */
export function readAgain(current: Settings, load: () => Settings, observe: Observe): Settings | undefined {
  try {
    const next = load();
    const changed = changesBetween(current, next);
    const stuck = changed.filter((name) => isStuck(name, current, next));
    if (stuck.length > 0) throw needsRestart(stuck);
    observe({ kind: 'configurationReloaded', changed });
    return next;
  } catch (thrown) {
    const { code, message, hint } = asFeedError(thrown);
    observe({ kind: 'configurationRefused', error: { code, message, hint } });
    return undefined;
  }
}

/** Names of what differs: settings, and `tenants` for all that was made of the AZURE_* ones. */
function changesBetween(current: Settings, next: Settings): (SettingName | 'tenants')[] {
  const names = [
    'tenants',
    ...SETTING_NAMES.filter((name) => name in current && name !== 'tenants'),
  ] as const;
  return names.filter(
    (name) => written(current[name as keyof Settings]) !== written(next[name as keyof Settings]),
  );
}

/** Maps and sets (grants) as lists, so that they compare by what they hold. */
function written(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Map || part instanceof Set ? [...part] : part,
  );
}

/** Tenants may change their credentials; a tenant more or less is another store. */
function isStuck(name: SettingName | 'tenants', current: Settings, next: Settings): boolean {
  if (name !== 'tenants') return settingOf(name).needsRestart === true;
  const ids = ({ tenants }: Settings) => tenants.map(({ tenantId }) => tenantId).join();
  return ids(current) !== ids(next);
}

function needsRestart(names: readonly string[]): FeedError {
  const spelled = names.map(environmentName).join(', ');
  return new FeedError('CONFIG_INVALID', `A change of ${spelled} needs a restart.`, {
    hint: 'Restart the server, or take that change back; nothing was taken over.',
  });
}
