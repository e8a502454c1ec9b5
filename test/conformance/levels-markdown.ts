/** The table as docs/conformance.md. */
import type { Requirement, Section } from './levels.js';

/** What writes the file anew. */
export const COMMAND = 'node scripts/write-conformance.mjs';

/** The whole document. */
export function conformanceMarkdown(sections: readonly Section[]): string {
  const all = sections.flatMap(({ requirements }) => requirements);
  const count = (kind: Requirement['status']['kind']) =>
    all.filter(({ status }) => status.kind === kind).length;
  return `# Conformance

Every numbered conformance requirement of OData 4.01 and how this read-only feed stands to it: ${count('met')} are met, ${count('notApplicable')} do
not apply, ${count('gap')} are gaps. Each one that is met is shown by a request to the feed in \`test/conformance/levels.test.ts\`, under
the same number. This page is generated from \`test/conformance/levels.ts\` (\`${COMMAND}\`).

${sections.map(sectionMarkdown).join('\n')}`;
}

function sectionMarkdown({ title, link, requirements }: Section): string {
  const rows = requirements.map(
    ({ id, word, text, status }) => `| ${id} | ${word} | ${cell(text)} | ${statusText(status)} |`,
  );
  return `## [${title}](${link})\n\n| number | word | requirement | how it stands |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

function statusText(status: Requirement['status']): string {
  switch (status.kind) {
    case 'met':
      return `met: ${cell(status.shownBy)}`;
    case 'notApplicable':
      return `not applicable: ${cell(status.because)}`;
    case 'gap':
      return `**gap**: ${cell(status.because)}`;
  }
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('_', '\\_');
