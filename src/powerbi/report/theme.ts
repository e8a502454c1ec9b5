/** Name of the theme and of its file: Power BI keeps them equal. */
export const THEME_FILE = 'ShadowIT.json';

/**
 * The report's theme. Text has a contrast of at least 4.5 to its background, marks of at least 3 (WCAG 2.2, 1.4.3 and
 * 1.4.11); neighbours in the list of colours differ in lightness, not only in hue.
 */
export const THEME = {
  name: THEME_FILE,
  dataColors: ['#0B5CAD', '#B4450A', '#1E7A4C', '#8A2B8F', '#5B6472', '#8C6D00', '#005F73', '#A61E4D'],
  background: '#FFFFFF',
  secondaryBackground: '#EEF2F6',
  foreground: '#1B2430',
  foregroundNeutralSecondary: '#45505F',
  tableAccent: '#0B5CAD',
  good: '#1E7A4C',
  neutral: '#8C6D00',
  bad: '#B3261E',
  maximum: '#0B5CAD',
  center: '#8C6D00',
  minimum: '#B3261E',
  hyperlink: '#0B5CAD',
  textClasses: {
    callout: { fontSize: 24, fontFace: 'Segoe UI Semibold', color: '#1B2430' },
    title: { fontSize: 12, fontFace: 'Segoe UI Semibold', color: '#1B2430' },
    header: { fontSize: 12, fontFace: 'Segoe UI Semibold', color: '#1B2430' },
    label: { fontSize: 11, fontFace: 'Segoe UI', color: '#1B2430' },
  },
} as const;
