/** docs/settings.md and config/default.json as they follow from the settings table. */
import { writeBytes } from './number-types.js';
import { environmentName, type Setting } from './setting.js';
import { CHAPTERS, SETTING_NAMES, settingOf } from './settings.js';

/** What writes both files anew after the table has changed. */
export const UPDATE_COMMAND = 'npm run docs';

const INTRODUCTION = `<!-- Made from src/config by: ${UPDATE_COMMAND} -->
# Settings

Every setting has one name in four spellings: \`pageSize\` in the configuration file, \`PAGE_SIZE\` in the environment,
\`--page-size\` as a flag, and a default. Flags win over the environment, the environment over the file (CONFIG_FILE or
\`--config\`), the file over the defaults. An empty variable counts as not set, and so does \`null\` in the file.
\`discovery-feed config\` prints what is in force and where each value comes from, without secrets.

- All mistakes are reported at once, and the process ends with exit code 78.
- \`config/default.json\` holds every setting with its default, \`config/production.example.json\` an example to start from;
  with \`"$schema": "./schema.json"\` editors complete and check the file (\`config/schema.json\`).
- Where *also as a file* is said, \`<NAME>_FILE\` (or \`"<name>File"\`) names a file that holds the value: for secrets that
  an orchestrator mounts. Secrets cannot be flags: every user of a machine can read a command line.
- Relative paths begin in the folder that the process is started in.
- Lists are separated by commas in the environment and are arrays in the file.
- Without any tenant the built-in sample tenant is served; with NODE_ENV=production that is refused.
- NODE_EXTRA_CA_CERTS is Node's own variable: a PEM file of further certificate authorities, for a private cloud or a proxy
  that inspects TLS.

One tenant is three variables: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET. Several tenants are the list
\`tenants\` in the file. Beside a list the variables must name one of its tenants; what they say then wins over that entry,
so the file can hold everything but the secret.
`;

/** The text of docs/settings.md. */
export function settingsMarkdown(): string {
  const chapters = Object.entries(CHAPTERS).map(([title, rows]) => {
    const lines = Object.entries(rows as Record<string, Setting<unknown>>).map(([name, row]) =>
      line(name, row),
    );
    return `## ${title}\n\n| Setting | Environment | Default | Accepted | What it does |\n|---|---|---|---|---|\n${lines.join('\n')}\n`;
  });
  return [INTRODUCTION, ...chapters].join('\n');
}

/** The text of config/default.json: every setting that the file may hold, with its default. */
export function defaultConfigJson(): string {
  const members = SETTING_NAMES.filter((name) => settingOf(name).only !== 'outside the file').map(
    (name) => `  "${name}": ${JSON.stringify(settingOf(name).default ?? null).replaceAll('","', '", "')}`,
  );
  return `{\n  "$schema": "./schema.json",\n${members.join(',\n')}\n}\n`;
}

function line(name: string, row: Setting<unknown>): string {
  const environment = row.only === 'file' ? 'file only' : `\`${environmentName(name)}\``;
  const accepted = [row.type.accepts, ...(row.unit === undefined ? [] : [`(${row.unit})`])].join(' ');
  const notes = [
    row.help,
    ...(row.fromFile === true ? ['*Also as a file.*'] : []),
    ...(row.secret === true ? ['*Secret.*'] : []),
    ...(row.only === 'outside the file' ? ['*Not in the file.*'] : []),
    ...(row.needsRestart === true ? ['*Needs a restart.*'] : []),
    ...(row.shortFlag === undefined ? [] : [`Flag \`--${row.shortFlag}\`.`]),
    `Example: \`${row.example}\``,
  ].join(' ');
  const cells = [`\`${name}\``, environment, byDefault(row), accepted, notes];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function byDefault({ default: value, unit }: Setting<unknown>): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `\`${value.join(',')}\``;
  if (unit === 'bytes') return `\`${writeBytes(Number(value))}\``;
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
