/** Pages: their size, their head, and the grid that visuals stand on. */
import { column, expressionOf, type Field } from './field.js';
import { drillThroughFilter } from './filter.js';
import { slicer, words, type Box, type Visual } from './visual.js';

/** One page. */
export interface Page {
  readonly name: string;
  readonly title: string;
  /** In the order of Tab. */
  readonly visuals: readonly Visual[];
  readonly filters?: readonly object[];
  /** A page that is reached from a row of another, about one value of this field. */
  readonly drillThrough?: Field;
}

/** Pixels of a page. */
export const PAGE_SIZE = { width: 1280, height: 720 } as const;
const MARGIN = 24;
const GAP = 16;
const PHONE_WIDTH = 324;

/** Boxes side by side over the width of the page. @param shares width of each, relative to the others */
export function row(top: number, height: number, shares: readonly number[]): Box[] {
  return sideBySide([MARGIN, top, PAGE_SIZE.width - 2 * MARGIN, height], shares);
}

/** The same over the width of a phone. */
export function phoneRow(top: number, height: number, shares: readonly number[]): Box[] {
  return sideBySide([8, top, PHONE_WIDTH - 16, height], shares);
}

function sideBySide([left, top, width, height]: Box, shares: readonly number[]): Box[] {
  const gaps = GAP * (shares.length - 1);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const boxes: Box[] = [];
  let x = left;
  for (const share of shares) {
    const own = Math.floor(((width - gaps) * share) / total);
    boxes.push([x, top, own, height]);
    x += own + GAP;
  }
  return boxes;
}

/** The box at an index. @throws RangeError when the row is shorter */
export function at(boxes: readonly Box[], index: number): Box {
  const box = boxes[index];
  if (box === undefined) throw new RangeError(`The row has ${boxes.length} places`);
  return box;
}

const WITHOUT_GLOBAL =
  'Sums are without the Global report, which repeats the log streams: see "Is Global report" in the filter pane.';

/** Where the heading stands, and where it stands beside a button. */
const HEADING: Box = [MARGIN, 16, 768, 88];
/** The same, with room for a button at its left. */
export const HEADING_BESIDE_BUTTON: Box = [MARGIN + 56, 16, 712, 88];

/** What stands on top of every page: what it answers, what is filtered, and the filters that all pages share. */
export function head(title: string, answers: string, place: { at?: Box; phone?: Box } = {}): Visual[] {
  const shared = [
    { name: 'tenant', left: 808, field: column('Tenant', 'Tenant') },
    { name: 'stream', left: 960, field: column('Stream', 'Stream') },
    { name: 'category', left: 1112, field: column('Category', 'Category') },
  ];
  return [
    words({ name: 'heading', at: HEADING, ...place }, title, [answers, WITHOUT_GLOBAL]),
    ...shared.map(({ name, left, field }) => slicer({ name, at: [left, 16, 144, 88] }, field)),
  ];
}

/** page.json */
export function pageJson({ name, title, filters = [], drillThrough }: Page): object {
  const filterName = `drill-${name}`;
  const all = drillThrough === undefined ? filters : [...filters, drillThroughFilter(filterName, drillThrough)];
  return {
    $schema: 'https://developer.microsoft.com/json-schemas/fabric/item/report/definition/page/1.4.0/schema.json',
    name,
    displayName: title,
    displayOption: 'FitToPage',
    ...PAGE_SIZE,
    ...(all.length === 0 ? {} : { filterConfig: { filters: all } }),
    ...(drillThrough === undefined ? {} : drillThroughBinding(filterName, drillThrough)),
  };
}

function drillThroughBinding(filterName: string, field: Field): object {
  const parameter = { name: `${filterName}-parameter`, boundFilter: filterName, fieldExpr: expressionOf(field) };
  return {
    pageBinding: { name: `${filterName}-binding`, type: 'Drillthrough', parameters: [parameter] },
    type: 'Drillthrough',
    visibility: 'HiddenInViewMode',
  };
}
