/** The theme: text and marks stand out from what is behind them (WCAG 2.2, success criteria 1.4.3 and 1.4.11). */

const TEXT = 4.5;
const MARK = 3;

/** Contrast of two colours, from 1 to 21. @example contrast('#000000', '#FFFFFF') → 21 */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5]
    .map((start) => Number.parseInt(colour.slice(start, start + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Checks the theme that report.json names. */
export function checkTheme(files, report) {
  const folder = 'ShadowIT.Report/StaticResources/RegisteredResources/';
  const content = JSON.parse(files.get('ShadowIT.Report/definition/report.json')?.toString('utf8') ?? '{}');
  const name = content.themeCollection?.customTheme?.name;
  const bytes = files.get(folder + name);
  if (bytes === undefined) {
    report.fault('ShadowIT.Report/definition/report.json', `names the theme ${name}, which there is not`);
    return;
  }
  const theme = JSON.parse(bytes.toString('utf8'));
  const texts = [
    theme.foreground,
    theme.foregroundNeutralSecondary,
    theme.hyperlink,
    ...Object.values(theme.textClasses).map(({ color }) => color),
  ];
  const marks = [
    ...theme.dataColors,
    theme.tableAccent,
    theme.good,
    theme.neutral,
    theme.bad,
    theme.maximum,
    theme.center,
    theme.minimum,
  ];
  for (const [colours, least] of [
    [texts, TEXT],
    [marks, MARK],
  ])
    for (const colour of colours)
      for (const behind of [theme.background, theme.secondaryBackground]) {
        report.count('contrasts');
        if (contrast(colour, behind) < least)
          report.fault(
            folder + name,
            `${colour} on ${behind} has a contrast of ${contrast(colour, behind).toFixed(1)}, under ${least}`,
          );
      }
}
