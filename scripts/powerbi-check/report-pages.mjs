/** The report: pages and visuals agree with one another and with the semantic model, and everybody can use them. */

const PAGES = 'ShadowIT.Report/definition/pages/';
const PHONE_WIDTH = 324;
/** Wells that each type of visual has: a field in another is not shown. */
const WELLS = {
  card: ['Values'],
  multiRowCard: ['Values'],
  tableEx: ['Values'],
  slicer: ['Values'],
  clusteredBarChart: ['Category', 'Y', 'Series'],
  clusteredColumnChart: ['Category', 'Y', 'Series'],
  scatterChart: ['Category', 'X', 'Y', 'Size', 'Series'],
  textbox: [],
  actionButton: [],
};

/** Checks pages, visuals, filters, fields, places, words for screen readers. */
export function checkReport(files, model, report) {
  const json = (path) => readJson(files, path, report);
  const pages = json(`${PAGES}pages.json`);
  const order = pages?.pageOrder ?? [];
  const folders = new Set(
    [...files.keys()]
      .filter((path) => path.startsWith(PAGES) && path.endsWith('/page.json'))
      .map((path) => path.split('/')[3]),
  );
  for (const name of order)
    if (!folders.has(name)) report.fault(`${PAGES}pages.json`, `orders the page ${name}, which there is not`);
  for (const name of folders)
    if (!order.includes(name)) report.fault(`${PAGES}pages.json`, `does not order the page ${name}`);
  if (!order.includes(pages?.activePageName))
    report.fault(`${PAGES}pages.json`, 'opens at a page that there is not');
  const names = new Set();
  for (const name of folders) checkPage(name, { files, json, model, names }, report);
  checkGlobalFilter(json('ShadowIT.Report/definition/report.json'), model, report);
}

function checkPage(name, { files, json, model, names }, report) {
  const path = `${PAGES}${name}/page.json`;
  const page = json(path);
  if (page === undefined) return;
  report.count('pages');
  if (page.name !== name) report.fault(path, `is named ${page.name} in the folder ${name}`);
  checkFields(path, page, model, report);
  checkDrillThrough(path, page, report);
  const visuals = [...files.keys()]
    .filter((file) => file.startsWith(`${PAGES}${name}/visuals/`) && file.endsWith('/visual.json'))
    .flatMap((file) => {
      const visual = json(file);
      return visual === undefined ? [] : [{ file, visual, phone: phoneOf(files, json, file) }];
    });
  for (const { file, visual } of visuals) {
    if (names.has(visual.name)) report.fault(file, `has the name of another visual: ${visual.name}`);
    names.add(visual.name);
    checkVisual(file, visual, model, report);
  }
  checkPlaces(
    visuals.map(({ file, visual }) => ({ file, position: visual.position })),
    page,
    report,
  );
  checkPlaces(
    visuals.flatMap(({ file, phone }) =>
      phone === undefined
        ? []
        : [{ file: file.replace('visual.json', 'mobile.json'), position: phone.position }],
    ),
    { width: PHONE_WIDTH, height: Infinity },
    report,
  );
}

function phoneOf(files, json, file) {
  const path = file.replace('visual.json', 'mobile.json');
  return files.has(path) ? json(path) : undefined;
}

function checkVisual(file, visual, model, report) {
  report.count('visuals');
  const { visualType, query, visualContainerObjects } = visual.visual ?? {};
  if (visual.name !== file.split('/').at(-2)) report.fault(file, `is named ${visual.name}`);
  const alt = visualContainerObjects?.general?.[0]?.properties?.altText?.expr?.Literal?.Value ?? '';
  if (alt.replaceAll("'", '').trim() === '') report.fault(file, 'has no alt text');
  const wells = WELLS[visualType];
  if (wells === undefined) report.fault(file, `is a ${visualType}, which this check does not know`);
  for (const well of Object.keys(query?.queryState ?? {}))
    if (wells?.includes(well) === false)
      report.fault(file, `fills the well ${well}, which a ${visualType} has not`);
  if (wells?.length > 0 && Object.keys(query?.queryState ?? {}).length === 0)
    report.fault(file, 'shows no field');
  checkFields(file, visual, model, report);
}

/** Every field, wherever it stands: in wells, sorting, filters (behind their aliases), drill-through. */
function checkFields(path, content, { tables }, report) {
  const walk = (node, aliases) => {
    if (node === null || typeof node !== 'object') return;
    const here = Array.isArray(node.From)
      ? new Map([...aliases, ...node.From.map(({ Name, Entity }) => [Name, Entity])])
      : aliases;
    for (const kind of ['Column', 'Measure'])
      if (node[kind]?.Property !== undefined) checkField(path, kind, node[kind], here);
    if (node.queryRef !== undefined) checkQueryRef(path, node, report);
    for (const child of Object.values(node)) walk(child, here);
  };
  const checkField = (where, kind, { Expression, Property }, aliases) => {
    const { Entity, Source } = Expression?.SourceRef ?? {};
    const table = Entity ?? aliases.get(Source);
    const fields = kind === 'Column' ? tables.get(table)?.columns : tables.get(table)?.measures;
    report.count('bound fields');
    if (!fields?.has(Property))
      report.fault(where, `binds the ${kind.toLowerCase()} ${table}[${Property}], which there is not`);
  };
  walk(content, new Map());
}

function checkQueryRef(path, { field, queryRef }, report) {
  const { Expression, Property } = field?.Column ?? field?.Measure ?? {};
  if (queryRef !== `${Expression?.SourceRef?.Entity}.${Property}`)
    report.fault(path, `calls ${Property} ${queryRef}`);
}

function checkDrillThrough(path, { type, pageBinding, filterConfig, visibility }, report) {
  if (type !== 'Drillthrough') return;
  report.count('drill-through pages');
  const filters = (filterConfig?.filters ?? []).map(({ name }) => name);
  for (const { boundFilter } of pageBinding?.parameters ?? [])
    if (!filters.includes(boundFilter))
      report.fault(path, `is bound to the filter ${boundFilter}, which it has not`);
  if ((pageBinding?.parameters ?? []).length === 0) report.fault(path, 'is reached by nothing');
  if (visibility !== 'HiddenInViewMode') report.fault(path, 'shows itself though it has no row to be about');
}

/** Within the page, not on top of one another, each with its own place in the order of Tab. */
function checkPlaces(places, { width, height }, report) {
  const tabs = new Set();
  places.forEach(({ file, position }, index) => {
    if (
      position.x < 0 ||
      position.y < 0 ||
      position.x + position.width > width ||
      position.y + position.height > height
    )
      report.fault(file, 'stands beyond the edge of its page');
    if (position.tabOrder === undefined) report.fault(file, 'has no place in the order of Tab');
    else if (tabs.has(position.tabOrder))
      report.fault(file, `shares the place ${position.tabOrder} in the order of Tab`);
    tabs.add(position.tabOrder);
    for (const other of places.slice(index + 1))
      if (overlap(position, other.position)) report.fault(file, `covers ${other.file.split('/').at(-2)}`);
  });
}

function overlap(one, other) {
  const apart = one.x + one.width <= other.x || other.x + other.width <= one.x;
  return !apart && one.y + one.height > other.y && other.y + other.height > one.y;
}

/** Sums must not count the Global report twice: every fact that says which rows are its is filtered for the whole report. */
function checkGlobalFilter(content, { tables }, report) {
  const path = 'ShadowIT.Report/definition/report.json';
  checkFields(path, content, { tables }, report);
  const filtered = (content?.filterConfig?.filters ?? [])
    .filter(
      ({ filter }) =>
        filter?.Where?.[0]?.Condition?.Not?.Expression?.In?.Values?.[0]?.[0]?.Literal?.Value === 'true',
    )
    .map(({ field }) => `${field?.Column?.Expression?.SourceRef?.Entity}[${field?.Column?.Property}]`);
  for (const [name, { columns, measures }] of tables)
    if (
      name !== 'Stream' &&
      columns.has('Is Global report') &&
      !filtered.includes(`${name}[Is Global report]`)
    )
      report.fault(path, `does not leave the Global report out of ${name} (${measures.size} measures)`);
}

function readJson(files, path, report) {
  const bytes = files.get(path);
  if (bytes === undefined) {
    report.fault(path, 'is not there');
    return undefined;
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined; // The check of JSON says so.
  }
}
