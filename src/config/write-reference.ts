/** Run by hand after a change of the settings table: writes docs/settings.md and config/default.json. */
import { writeFileSync } from 'node:fs';
import { defaultConfigJson, settingsMarkdown } from './settings-markdown.js';

const root = new URL('../../', import.meta.url);
writeFileSync(new URL('docs/settings.md', root), settingsMarkdown());
writeFileSync(new URL('config/default.json', root), defaultConfigJson());
