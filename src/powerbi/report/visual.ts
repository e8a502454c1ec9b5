/** Visuals: what is shown, where, and what is said to people who do not see it. */
import { literal, projectionOf, expressionOf, type Field } from './field.js';
import { topFilter } from './filter.js';

/** Left, top, width and height in pixels of the page (1280 by 720) or of the phone (324 wide). */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** One visual, whatever its type. */
export interface Visual {
  readonly name: string;
  readonly type: string;
  /** Shown above the visual; absent: no title. */
  readonly title?: string;
  /** Read out instead of the picture. */
  readonly alt: string;
  readonly at: Box;
  /** Place in the phone layout; absent: not on the phone. */
  readonly phone?: Box;
  /** Fields by well. */
  readonly wells?: Readonly<Record<string, readonly Field[]>>;
  readonly sort?: Field;
  readonly filters?: readonly object[];
  readonly objects?: Readonly<Record<string, object>>;
  /** Slicers of the same group on several pages move together. */
  readonly syncGroup?: string;
}

/** What every visual is told; the rest follows from its type. */
export interface Place {
  readonly name: string;
  readonly title: string;
  readonly alt: string;
  readonly at: Box;
  readonly phone?: Box;
}

/** One number or text, large. */
export function card(place: Omit<Place, 'alt' | 'title'>, value: Field, alt: string): Visual {
  return {
    ...place,
    title: value.name,
    alt,
    type: 'card',
    wells: { Values: [value] },
    objects: { categoryLabels: { show: literal(false) }, labels: { fontSize: literal(20) } },
  };
}

/** One text that may run over several lines: a table without a head. */
export function note(place: Place, value: Field): Visual {
  return {
    ...place,
    type: 'multiRowCard',
    wells: { Values: [value] },
    objects: { cardTitle: { fontSize: literal(11) }, categoryLabels: { show: literal(false) } },
  };
}

/** Bars, the longest first; the first `top` only. */
export function bars(place: Place, category: Field, value: Field, top = 10): Visual {
  return {
    ...place,
    type: 'clusteredBarChart',
    wells: { Category: [category], Y: [value] },
    sort: value,
    filters: [topFilter(`top-${place.name}`, category, value, top)],
    objects: { labels: { show: literal(true) } },
  };
}

/** Columns in the order of their category. */
export function columns(place: Place, category: Field, values: readonly Field[]): Visual {
  return {
    ...place,
    type: 'clusteredColumnChart',
    wells: { Category: [category], Y: values },
    objects: { labels: { show: literal(true) } },
  };
}

/** A dot for each category. */
export function dots(
  place: Place,
  wells: { readonly category: Field; readonly x: Field; readonly y: Field; readonly size: Field },
): Visual {
  const { category, x, y, size } = wells;
  return { ...place, type: 'scatterChart', wells: { Category: [category], X: [x], Y: [y], Size: [size] } };
}

/** Rows; sorted by the field that is named, downwards. */
export function table(
  place: Place,
  values: readonly Field[],
  more: { readonly sort?: Field; readonly filters?: readonly object[] } = {},
): Visual {
  return { ...place, type: 'tableEx', wells: { Values: values }, ...more };
}

/** A drop-down that filters the page, with a box to search in; the same choice on every page that has it. */
export function slicer(place: Omit<Place, 'alt' | 'title'>, field: Field): Visual {
  return {
    ...place,
    alt: `Filter the page by ${field.table === field.name ? field.name : `${field.table}, ${field.name}`}.`,
    type: 'slicer',
    wells: { Values: [field] },
    objects: {
      data: { mode: literal('Dropdown') },
      general: { selfFilterEnabled: literal(true) },
      header: { show: literal(true), text: literal(field.name) },
      selection: { singleSelect: literal(false) },
    },
    syncGroup: `${field.table}.${field.name}`,
  };
}

/** Words: a heading, then paragraphs. */
export function words(
  place: Omit<Place, 'alt' | 'title'>,
  heading: string,
  paragraphs: readonly string[],
): Visual {
  const run = (value: string, textStyle: object) => ({ textRuns: [{ value, textStyle }] });
  return {
    ...place,
    alt: [heading, ...paragraphs].join(' '),
    type: 'textbox',
    objects: {
      general: {
        paragraphs: [
          run(heading, { fontWeight: 'bold', fontSize: '16pt' }),
          ...paragraphs.map((text) => run(text, { fontSize: '11pt' })),
        ],
      },
    },
  };
}

const SCHEMAS = 'https://developer.microsoft.com/json-schemas/fabric/item/report/definition';

/** visual.json. @param order place in the order of Tab, from 0 */
export function visualJson(visual: Visual, order: number): object {
  const { name, type, wells, filters, objects = {}, syncGroup } = visual;
  return {
    $schema: `${SCHEMAS}/visualContainer/2.0.0/schema.json`,
    name,
    position: { ...position(visual.at, order), tabOrder: order * 1000 },
    visual: {
      visualType: type,
      ...(wells === undefined ? {} : { query: queryOf(visual, wells) }),
      objects: Object.fromEntries(
        Object.entries(objects).map(([object, properties]) => [object, [{ properties }]]),
      ),
      visualContainerObjects: containerObjects(visual),
      ...(syncGroup === undefined ? {} : { syncGroup: { groupName: syncGroup, fieldChanges: true, filterChanges: true } }),
      drillFilterOtherVisuals: true,
    },
    ...(filters === undefined ? {} : { filterConfig: { filters } }),
  };
}

/** mobile.json of a visual that has a place on the phone. */
export function mobileJson(phone: Box, order: number): object {
  return {
    $schema: `${SCHEMAS}/visualContainerMobileState/1.5.0/schema.json`,
    position: { ...position(phone, order), tabOrder: order * 1000 },
  };
}

function position([x, y, width, height]: Box, order: number): object {
  return { x, y, z: order * 1000, height, width };
}

function queryOf({ type, sort }: Visual, wells: NonNullable<Visual['wells']>): object {
  const queryState = Object.fromEntries(
    Object.entries(wells).map(([well, fields]) => [
      well,
      { projections: fields.map((field) => projectionOf(field, type !== 'tableEx')) },
    ]),
  );
  if (sort === undefined) return { queryState };
  return {
    queryState,
    sortDefinition: { sort: [{ field: expressionOf(sort), direction: 'Descending' }] },
  };
}

function containerObjects({ title, alt }: Visual): object {
  const titled = title === undefined ? { show: literal(false) } : { show: literal(true), text: literal(title) };
  return {
    title: [{ properties: titled }],
    general: [{ properties: { altText: literal(alt) } }],
  };
}
