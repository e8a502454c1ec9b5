/** docs/licences.md: which licences the packages of the product have. */
import { productionTree } from './production-tree.mjs';

/** @param lock package-lock.json */
export function licencesMarkdown(lock) {
  const byLicence = new Map();
  for (const { ref, license = 'not stated' } of productionTree(lock))
    byLicence.set(license, [...(byLicence.get(license) ?? []), ref]);
  const sections = [...byLicence]
    .sort(([left, some], [right, others]) => others.length - some.length || (left < right ? -1 : 1))
    .map(
      ([licence, refs]) => `## ${licence}\n\n${refs.length}: ${refs.map((ref) => `\`${ref}\``).join(', ')}\n`,
    );
  const count = [...byLicence.values()].flat().length;
  return `# Licences

The ${count} packages that are installed with the product (\`npm ci --omit=dev\`), by what their publishers state in package-lock.json. The product
itself is under the [MIT licence](../LICENSE). This page and [sbom.cdx.json](../sbom.cdx.json) (CycloneDX 1.6: versions, checksums, who needs whom) are
generated: \`npm run sbom\`.

${sections.join('\n')}`;
}
