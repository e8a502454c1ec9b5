/** One file broken on purpose, and what the check must say. */
export interface BrokenCase {
  readonly kind: string;
  readonly file: string;
  /** What stands in the file, and what it is replaced by; every place of it. */
  readonly from: string | RegExp;
  readonly to: string;
  readonly fault: RegExp;
  /** Only seen against Microsoft's schemas. */
  readonly needsSchemas?: true;
}

const MODEL = 'ShadowIT.SemanticModel/definition/';
const USAGE = `${MODEL}tables/App usage.tmdl`;
const REPORT = 'ShadowIT.Report/definition/';
const BY_USERS = `${REPORT}pages/overview/visuals/overview-by-users/visual.json`;
const THEME = 'ShadowIT.Report/StaticResources/RegisteredResources/ShadowIT.json';

const JSON_CASES: readonly BrokenCase[] = [
  { kind: 'JSON that does not parse', file: BY_USERS, from: /\}\s*$/, to: '', fault: /by-users.*is no JSON/ },
  {
    kind: 'JSON without a schema',
    file: 'ShadowIT.pbip',
    from: '"$schema"',
    to: '"schema"',
    fault: /ShadowIT\.pbip: names no \$schema/,
  },
  {
    kind: 'a schema version that there is not',
    file: BY_USERS,
    from: 'visualContainer/2.0.0',
    to: 'visualContainer/99.0.0',
    fault: /names a schema that there is not: .*99\.0\.0/,
    needsSchemas: true,
  },
  {
    kind: 'a member that the schema of visuals does not know',
    file: BY_USERS,
    from: '"tabOrder"',
    to: '"tabIndex"',
    fault: /breaks its schema at \/position: must NOT have additional properties/,
    needsSchemas: true,
  },
  {
    kind: 'a wrong type behind a reference between schemas',
    file: BY_USERS,
    from: '"Version": 2',
    to: '"Version": "two"',
    fault: /breaks its schema at .*Version/,
    needsSchemas: true,
  },
  {
    kind: 'a page without what the schema requires',
    file: `${REPORT}pages/risk/page.json`,
    from: '"displayOption": "FitToPage",',
    to: '',
    fault: /risk\/page\.json: breaks its schema.*displayOption/,
    needsSchemas: true,
  },
];

const M_CASES: readonly BrokenCase[] = [
  {
    kind: 'M that does not parse',
    file: 'Apps.pq',
    from: 'Source = OData',
    to: 'Source OData',
    fault: /Apps\.pq: does not parse/,
  },
  {
    kind: 'a set that the feed has not',
    file: 'Apps.pq',
    from: 'Name = "Apps"',
    to: 'Name = "App"',
    fault: /takes the set App, which the feed has not/,
  },
  {
    kind: 'a column that the set has not',
    file: 'Apps.pq',
    from: '"riskScore",',
    to: '"riskGrade",',
    fault: /names the column riskGrade, which the set has not/,
  },
  {
    kind: 'a collection, which no model takes',
    file: 'Apps.pq',
    from: '"domainsText",',
    to: '"domains",',
    fault: /loads domains: a list/,
  },
  {
    kind: 'a type for a column that is not selected',
    file: 'Tenants.pq',
    from: '        "displayName",\n',
    to: '',
    fault: /names the column displayName, which the query does not select/,
  },
  {
    kind: 'a name that nothing defines',
    file: 'Apps.pq',
    from: 'in\n    Types',
    to: 'in\n    Typed',
    fault: /uses the name Typed, which nothing defines/,
  },
  {
    kind: 'a dynamic data source',
    file: 'Apps.pq',
    from: 'OData.Feed(ServiceRoot,',
    to: 'OData.Feed(ServiceRoot & "",',
    fault: /works its address out/,
  },
  {
    kind: 'serial reading',
    file: 'Apps.pq',
    from: 'Concurrent = true, ',
    to: '',
    fault: /connects without Concurrent = true/,
  },
  {
    kind: 'M within TMDL that names a wrong column',
    file: USAGE,
    from: '"deviceCount"',
    to: '"devices"',
    fault: /App usage\.tmdl:\d+: step Columns names the column devices/,
  },
];

const MODEL_CASES: readonly BrokenCase[] = [
  {
    kind: 'spaces instead of tabs',
    file: USAGE,
    from: "\tcolumn 'Last seen'",
    to: "    column 'Last seen'",
    fault: /App usage\.tmdl:\d+: is indented with something else than tabs/,
  },
  {
    kind: 'a property a level too deep',
    file: USAGE,
    from: '\t\tdataType: dateTime',
    to: '\t\t\tdataType: dateTime',
    fault: /App usage\.tmdl:\d+: stands 1 levels too deep/,
  },
  {
    kind: 'a keyword that TMDL has not',
    file: USAGE,
    from: 'summarizeBy: none',
    to: 'sumBy: none',
    fault: /has the keyword sumBy, which column does not know/,
  },
  {
    kind: 'a column twice',
    file: USAGE,
    from: "column 'Last seen'\n",
    to: "column 'First seen'\n",
    fault: /declares the column First seen a second time/,
  },
  {
    kind: 'a measure without a description',
    file: USAGE,
    from: /\t\/\/\/ [^\n]*\n\tmeasure Apps =/,
    to: '\tmeasure Apps =',
    fault: /measure Apps has no description/,
  },
  {
    kind: 'a measure of the name of a column',
    file: USAGE,
    from: 'measure Upload =',
    to: "measure 'Last seen' =",
    fault: /measure Last seen has the name of a column of App usage/,
  },
  {
    kind: 'a lineage tag twice',
    file: `${MODEL}tables/Category.tmdl`,
    from: /lineageTag: [0-9a-f-]+/g,
    to: 'lineageTag: 9132c3ef-443e-5f49-a58d-6295ea91639c',
    fault: /has the lineage tag of/,
  },
  {
    kind: 'a column sorted by one that there is not',
    file: `${MODEL}tables/Risk level.tmdl`,
    from: "sortByColumn: 'Sort order'",
    to: 'sortByColumn: Rank',
    fault: /column Risk level is sorted by Rank/,
  },
  {
    kind: 'a column from a source that the query does not load',
    file: `${MODEL}tables/App tag.tmdl`,
    from: 'sourceColumn: tag',
    to: 'sourceColumn: label',
    fault: /has a column from label, which its query does not load/,
  },
  {
    kind: 'a relationship with a column that there is not',
    file: `${MODEL}relationships.tmdl`,
    from: "fromColumn: 'App tag'.'App key'",
    to: "fromColumn: 'App tag'.AppKey",
    fault: /relates 'App tag'\.AppKey, which there is not/,
  },
  {
    kind: 'a relationship between types that differ',
    file: `${MODEL}relationships.tmdl`,
    from: "toColumn: Category.'Category ID'",
    to: "toColumn: Category.'Is known to this version'",
    fault: /relates a column of string with one of boolean/,
  },
  {
    kind: 'two ways for one filter',
    file: `${MODEL}relationships.tmdl`,
    from: '\tisActive: false\n',
    to: '',
    fault: /filters two ways: Date → App usage and Date → App usage/,
  },
  {
    kind: 'a table that the model does not refer to',
    file: `${MODEL}model.tmdl`,
    from: "ref table 'Risk level'\n",
    to: '',
    fault: /does not refer to the table Risk level/,
  },
];

const DAX_CASES: readonly BrokenCase[] = [
  {
    kind: 'a measure that names a column that there is not',
    file: USAGE,
    from: "SUM('App usage'[User count])",
    to: "SUM('App usage'[Users])",
    fault: /names the column 'App usage'\[Users\]/,
  },
  {
    kind: 'a measure that names a table that there is not',
    file: USAGE,
    from: "COUNTROWS('Refresh')",
    to: "COUNTROWS('Refreshes')",
    fault: /names the table 'Refreshes'/,
  },
  {
    kind: 'a measure that names a measure that there is not',
    file: USAGE,
    from: 'DIVIDE([High-risk apps], [Apps])',
    to: 'DIVIDE([High-risk apps], [All apps])',
    fault: /names the measure \[All apps\]/,
  },
  {
    kind: 'a function that DAX has not',
    file: USAGE,
    from: "DISTINCTCOUNT('App usage'[App key])",
    to: "COUNTDISTINCT('App usage'[App key])",
    fault: /calls COUNTDISTINCT/,
  },
  {
    kind: 'a bracket that stays open',
    file: USAGE,
    from: "SUM('App usage'[Upload bytes])",
    to: "SUM('App usage'[Upload bytes]",
    fault: /leaves 1 brackets open/,
  },
  {
    kind: 'a variable that nothing defines',
    file: USAGE,
    from: '>= since',
    to: '>= start',
    fault: /uses the name start, which nothing defines/,
  },
  {
    kind: 'a wrong format expression',
    file: USAGE,
    from: 'SELECTEDMEASURE()',
    to: 'SELECTEDMEASUREVALUE()',
    fault: /calls SELECTEDMEASUREVALUE/,
  },
];

const REPORT_CASES: readonly BrokenCase[] = [
  {
    kind: 'a visual that binds a column that there is not',
    file: BY_USERS,
    from: '"Property": "App name"',
    to: '"Property": "Application"',
    fault: /binds the column App\[Application\]/,
  },
  {
    kind: 'a visual that binds a measure that there is not',
    file: BY_USERS,
    from: '"Property": "User-app pairs"',
    to: '"Property": "Users"',
    fault: /binds the measure App usage\[Users\]/,
  },
  {
    kind: 'a filter over a table that there is not',
    file: BY_USERS,
    from: '"Entity": "App",\n                        "Type"',
    to: '"Entity": "Apps",\n                        "Type"',
    fault: /binds the column Apps\[App name\]/,
  },
  {
    kind: 'a field in a well that the visual has not',
    file: BY_USERS,
    from: '"Category": {',
    to: '"Axis": {',
    fault: /fills the well Axis, which a clusteredBarChart has not/,
  },
  { kind: 'a visual without alt text', file: BY_USERS, from: /'Bar chart[^"]*/, to: "''", fault: /has no alt text/ },
  {
    kind: 'a place in the order of Tab twice',
    file: BY_USERS,
    from: /"tabOrder": \d+/,
    to: '"tabOrder": 0',
    fault: /shares the place 0 in the order of Tab/,
  },
  {
    kind: 'a visual beyond the edge',
    file: BY_USERS,
    from: /"x": \d+/,
    to: '"x": 1000',
    fault: /stands beyond the edge/,
  },
  {
    kind: 'a visual on top of another',
    file: BY_USERS,
    from: /"y": \d+/,
    to: '"y": 300',
    fault: /covers overview-by-/,
  },
  {
    kind: 'a phone layout that is too wide',
    file: BY_USERS.replace('visual.json', 'mobile.json'),
    from: /"width": \d+/,
    to: '"width": 600',
    fault: /mobile\.json: stands beyond the edge/,
  },
  {
    kind: 'a page in the order that there is not',
    file: `${REPORT}pages/pages.json`,
    from: '"risk"',
    to: '"risks"',
    fault: /orders the page risks, which there is not/,
  },
  {
    kind: 'a drill-through without its filter',
    file: `${REPORT}pages/app-detail/page.json`,
    from: '"boundFilter": "drill-app-detail"',
    to: '"boundFilter": "drill"',
    fault: /is bound to the filter drill, which it has not/,
  },
  {
    kind: 'a report that counts the Global report twice',
    file: `${REPORT}report.json`,
    from: '"Value": "true"',
    to: '"Value": "false"',
    fault: /does not leave the Global report out of App usage/,
  },
  {
    kind: 'a theme that there is not',
    file: `${REPORT}report.json`,
    from: '"name": "ShadowIT.json"',
    to: '"name": "Other.json"',
    fault: /names the theme Other\.json/,
  },
  { kind: 'a colour that does not stand out', file: THEME, from: '#B4450A', to: '#F2B48C', fault: /#F2B48C on #FFFFFF has a contrast of/ },
];

/** Every kind of fault, once. */
export const BROKEN: readonly BrokenCase[] = [
  ...JSON_CASES,
  ...M_CASES,
  ...MODEL_CASES,
  ...DAX_CASES,
  ...REPORT_CASES,
];
