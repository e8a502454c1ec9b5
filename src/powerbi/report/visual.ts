/** Visuals: what is shown, where, and what is said to people who do not see it. */
import { literal, type Field } from './field.js';
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
  /** Formatting by object: its properties, or several sets of them with what each is for. */
  readonly objects?: Readonly<Record<string, object | readonly object[]>>;
  /** Properties of the title beyond its words. */
  readonly titleStyle?: object;
  /** What a press does. */
  readonly press?: 'Back';
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
    titleStyle: { fontSize: literal(10), titleWrap: literal(true) },
    objects: { categoryLabels: { show: literal(false) }, labels: { fontSize: literal(16) } },
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
          run(heading, { fontWeight: 'bold', fontSize: '14pt' }),
          ...paragraphs.map((text) => run(text, { fontSize: '10pt' })),
        ],
      },
    },
  };
}

/** A button that leads back to where a drill-through came from. */
export function backButton(place: Omit<Place, 'alt' | 'title'>): Visual {
  return {
    ...place,
    alt: 'Back to the page that you came from.',
    type: 'actionButton',
    objects: {
      icon: [{ properties: { shapeType: literal('back') }, selector: { id: 'default' } }],
    },
    press: 'Back',
  };
}
