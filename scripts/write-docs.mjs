/** Writes the documents that follow from the code: `npm run docs` (CI runs it and fails when a file changes). */
import { writeFileSync } from 'node:fs';
import { configSchemaJson } from '../dist/config/config-schema.js';
import { defaultConfigJson, settingsMarkdown } from '../dist/config/settings-markdown.js';
import { ERRORS } from '../dist/errors.js';
// Whoever changes a dependency runs this, and has the bill of materials with it.
import './write-sbom.mjs';

/** What each family of codes is about, in the order in which a person meets them. */
const FAMILIES = {
  CONFIG: 'At start, or from any command: the configuration is wrong. All mistakes are listed at once.',
  IDENTITY: 'Signing in to Microsoft Entra failed: the run fails, the feed keeps serving its last good rows.',
  GRAPH: 'Microsoft Graph refused or misbehaved: the stream (or the run) fails, its last good rows stay.',
  REFRESH: 'How a run ended.',
  STORE: 'The data folder.',
  QUERY: 'The query of a URL is wrong (400), or legal OData that this service does not do (501).',
  PROTOCOL: 'The path, the method, a header or a page link is wrong.',
  AUTH: 'Who may read.',
  INTERNAL: 'A bug.',
};

function familySection([family, about]) {
  const rows = Object.entries(ERRORS)
    .filter(([code]) => code.startsWith(`${family}_`) || code === family)
    .map(
      ([code, { status, exitCode, when, hint }]) =>
        `| \`${code}\` | ${result(status, exitCode)} | ${when} | ${hint} |`,
    );
  return `## ${family}\n\n${about}\n\n| code | result | when | what to do |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

function result(status, exitCode) {
  return [status && `HTTP ${status}`, exitCode && `exit ${exitCode}`].filter(Boolean).join(', ');
}

const errors = `# Errors

Every failure has a stable code, says what happened and where, and what to do next. In an answer of the feed it is the OData
error \`{"error":{"code","message",…}}\`; in Refreshes and StreamRefreshes it stands in \`errorCode\`; a command prints it and ends
with the exit code. This page is generated from \`src/errors/\` (\`npm run docs\`).

${Object.entries(FAMILIES).map(familySection).join('\n')}`;

writeFileSync(new URL('../docs/errors.md', import.meta.url), errors);
writeFileSync(new URL('../docs/settings.md', import.meta.url), settingsMarkdown());
writeFileSync(new URL('../config/default.json', import.meta.url), defaultConfigJson());
writeFileSync(new URL('../config/schema.json', import.meta.url), configSchemaJson());
