/** A measure, and the formats that measures share. */

/** One measure; all stand in the table of usage, in folders. */
export interface Measure {
  readonly name: string;
  /** DAX, a line each. Columns with their table, measures without. */
  readonly dax: readonly string[];
  readonly folder: string;
  readonly description: string;
  /** A format string, or the DAX of one that depends on the value. */
  readonly format?: string | { readonly dax: string };
}

/** Whole numbers with separators. */
export const WHOLE = '#,0';
/** Shares and changes. */
export const PERCENT = '0.0%';
/** Changes, with a plus. */
export const CHANGE = '+0.0%;-0.0%;0.0%';
/** Days. */
export const DAY = 'yyyy-mm-dd';
/** Points, hours, days. */
export const ONE_DECIMAL = '#,0.0';

/**
 * Bytes in the unit that suits them. A comma left of the decimal point divides by 1,000: KB and MB are decimal here, as
 * in the Defender portal.
 */
export const BYTES = {
  dax: [
    'VAR bytes = ABS(SELECTEDMEASURE()) RETURN SWITCH(TRUE()',
    'bytes >= 1000000000000, "#,0,,,,.0"" TB"""',
    'bytes >= 1000000000, "#,0,,,.0"" GB"""',
    'bytes >= 1000000, "#,0,,.0"" MB"""',
    'bytes >= 1000, "#,0,.0"" KB"""',
    '"#,0"" B""")',
  ].join(', '),
};
