/** The files of ShadowIT.Report. */
import { APP_DETAIL, APPS } from './app-pages.js';
import { column } from './field.js';
import { valuesFilter } from './filter.js';
import { OVERVIEW, START_HERE } from './overview-pages.js';
import { pageJson, type Page } from './page.js';
import { THEME, THEME_FILE } from './theme.js';
import { DATA_MOVEMENT, FRESHNESS, GENERATIVE_AI, RISK, SANCTION_STATUS } from './topic-pages.js';
import { mobileJson, visualJson } from './visual-json.js';

/** The pages, in their order. */
export const PAGES: readonly Page[] = [
  START_HERE,
  OVERVIEW,
  RISK,
  APPS,
  APP_DETAIL,
  DATA_MOVEMENT,
  SANCTION_STATUS,
  GENERATIVE_AI,
  FRESHNESS,
];

const SCHEMAS = 'https://developer.microsoft.com/json-schemas/fabric/item/report/definition';

/** JSON by path below the item's folder. */
export function reportFiles(): Map<string, object> {
  return new Map<string, object>([
    ['definition/version.json', { $schema: `${SCHEMAS}/versionMetadata/1.0.0/schema.json`, version: '2.0.0' }],
    ['definition/report.json', reportJson()],
    [
      'definition/pages/pages.json',
      {
        $schema: `${SCHEMAS}/pagesMetadata/1.0.0/schema.json`,
        pageOrder: PAGES.map(({ name }) => name),
        activePageName: START_HERE.name,
      },
    ],
    ...PAGES.flatMap(pageFiles),
    [`StaticResources/RegisteredResources/${THEME_FILE}`, THEME],
  ]);
}

function pageFiles(page: Page): (readonly [string, object])[] {
  const folder = `definition/pages/${page.name}`;
  const visuals = page.visuals.flatMap((shown, order) => {
    // Names of visuals are unique in the whole report, as Power BI makes them.
    const visual = { ...shown, name: `${page.name}-${shown.name}` };
    const own = `${folder}/visuals/${visual.name}`;
    return [
      [`${own}/visual.json`, visualJson(visual, order)] as const,
      ...(visual.phone === undefined
        ? []
        : [[`${own}/mobile.json`, mobileJson(visual.phone, order)] as const]),
    ];
  });
  return [[`${folder}/page.json`, pageJson(page)], ...visuals];
}

function reportJson(): object {
  return {
    $schema: `${SCHEMAS}/report/1.3.0/schema.json`,
    themeCollection: {
      customTheme: { name: THEME_FILE, reportVersionAtImport: '5.55', type: 'RegisteredResources' },
    },
    layoutOptimization: 'PhonePortrait',
    filterConfig: {
      // In both facts, and not in Stream: the page about streams shows all of them.
      filters: ['App usage', 'App usage by period'].map((table, index) =>
        valuesFilter(`without-global-report-${index + 1}`, column(table, 'Is Global report'), [true], true),
      ),
    },
    resourcePackages: [
      {
        name: 'RegisteredResources',
        type: 'RegisteredResources',
        items: [{ name: THEME_FILE, path: THEME_FILE, type: 'CustomTheme' }],
      },
    ],
    settings: {
      useStylableVisualContainerHeader: true,
      exportDataMode: 'AllowSummarized',
      defaultDrillFilterOtherVisuals: true,
      allowChangeFilterTypes: true,
      useEnhancedTooltips: true,
      useDefaultAggregateDisplayName: true,
    },
  };
}
