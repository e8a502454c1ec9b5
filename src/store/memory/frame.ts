/** Frames: what flows from one transformation of `$apply` to the next. Spec: Data Aggregation 4.0, 3.1. */
import type { Table } from './table.js';

/**
 * Rows of one table in an order of their own, cut into segments: a transformation within `groupby` sees every group as a
 * segment, so that it is compiled and run once for all groups. A row may stand in a frame more than once.
 */
export interface Frame {
  readonly table: Table;
  readonly rows: Uint32Array;
  /** Segment `n` is `rows` from `bounds[n]` to `bounds[n + 1]`. */
  readonly bounds: Uint32Array;
}

/** One segment with these rows of a table, or with all of them. */
export function wholeFrame(table: Table, rows?: Uint32Array): Frame {
  const all = rows ?? countedRows(table.rows);
  return { table, rows: all, bounds: Uint32Array.of(0, all.length) };
}

/** 0, 1, 2 … */
export function countedRows(length: number): Uint32Array {
  const rows = new Uint32Array(length);
  for (let row = 0; row < length; row++) rows[row] = row;
  return rows;
}

/** By place in the frame: the number of its segment. */
export function segmentOf({ rows, bounds }: Frame): Uint32Array {
  const segments = new Uint32Array(rows.length);
  for (let segment = 1; segment + 1 < bounds.length; segment++)
    segments.fill(segment, bounds[segment], bounds[segment + 1]);
  return segments;
}

/** The places for which `keeps` is true, each in its segment. */
export function keepPlaces(frame: Frame, keeps: (place: number, from: number) => boolean): Frame {
  const { rows, bounds } = frame;
  const kept = new Uint32Array(rows.length);
  const ends = new Uint32Array(bounds.length);
  let length = 0;
  for (let segment = 0; segment + 1 < bounds.length; segment++) {
    const from = bounds[segment] ?? 0;
    const to = bounds[segment + 1] ?? 0;
    for (let place = from; place < to; place++) if (keeps(place, from)) kept[length++] = rows[place] ?? 0;
    ends[segment + 1] = length;
  }
  return { table: frame.table, rows: kept.subarray(0, length), bounds: ends };
}

/** Frames over one table as one: segment by segment, in their order. */
export function interleave(table: Table, parts: readonly Pick<Frame, 'rows' | 'bounds'>[]): Frame {
  const [first] = parts;
  const segments = (first?.bounds.length ?? 1) - 1;
  const rows = new Uint32Array(parts.reduce((sum, part) => sum + part.rows.length, 0));
  const bounds = new Uint32Array(segments + 1);
  let length = 0;
  for (let segment = 0; segment < segments; segment++) {
    for (const part of parts) {
      const piece = part.rows.subarray(part.bounds[segment], part.bounds[segment + 1]);
      rows.set(piece, length);
      length += piece.length;
    }
    bounds[segment + 1] = length;
  }
  return { table, rows, bounds };
}
