/** config/schema.json: the configuration file as editors complete and check it (JSON Schema draft-07). */
import { SETTING_NAMES, settingOf, type SettingName } from './settings.js';
import type { JsonSchema } from './setting-type.js';

/** The text of config/schema.json, as it follows from the settings table. */
export function configSchemaJson(): string {
  const inFile = SETTING_NAMES.filter((name) => settingOf(name).only !== 'outside the file');
  const schema: JsonSchema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of the Defender Discovery Feed',
    type: 'object',
    properties: Object.fromEntries([['$schema', { type: 'string' }], ...inFile.flatMap(membersOf)]),
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function membersOf(name: SettingName): [string, JsonSchema][] {
  const { type, help, unit, default: byDefault, fromFile } = settingOf(name);
  const description = [help, ...(unit === undefined ? [] : [`In ${unit}.`])].join(' ');
  const given = byDefault === undefined ? {} : { default: byDefault };
  const own: JsonSchema = { description, ...given, anyOf: [type.schema, { type: 'null' }] };
  const file: JsonSchema = {
    description: `Path of a file that holds ${name}.`,
    anyOf: [{ type: 'string', minLength: 1 }, { type: 'null' }],
  };
  return fromFile === true
    ? [
        [name, own],
        [`${name}File`, file],
      ]
    : [[name, own]];
}
