/** Runs the transformations of `$apply`, one after another, over frames. Spec: Data Aggregation 4.0, 3. */
import type { Aggregate, OutputColumn, Transformation } from '../../query/plan.js';
import { aggregateColumn } from './aggregate.js';
import { bestRows } from './best.js';
import { assemble, pieceOf, type Piece } from './derived-columns.js';
import { countedRows, interleave, keepPlaces, segmentOf, type Frame } from './frame.js';
import type { Work } from './work.js';
import { partition, type Partition } from './partition.js';
import { rowScope, type ReadContext, type Scope } from './scope.js';
import { sortKey } from './sort-keys.js';
import { derivedTable } from './table.js';

type OfKind<Kind extends Transformation['kind']> = Extract<Transformation, { kind: Kind }>;

type Transform<Kind extends Transformation['kind']> = (
  transformation: OfKind<Kind>,
  frame: Frame,
  scope: Scope,
  context: ReadContext,
) => Frame;

const TRANSFORMS: { readonly [Kind in Transformation['kind']]: Transform<Kind> } = {
  filter({ predicate }, frame, scope) {
    const holds = scope.compile(predicate);
    return keepPlaces(frame, (place) => holds(frame.rows[place] ?? 0) === true);
  },
  orderby: ({ items }, frame, scope) => sorted(items, frame, scope),
  skip: ({ count }, frame) => keepPlaces(frame, (place, from) => place - from >= count),
  top: ({ count }, frame) => keepPlaces(frame, (place, from) => place - from < count),
  best: bestRows,
  aggregate: ({ items }, frame, scope, { work }) => aggregated(items, frame, scope, work),
  concat: concatenated,
  groupby: grouped,
};

/**
 * The frame that a sequence of transformations makes.
 *
 * @throws FeedError QUERY_TOO_COMPLEX when it costs too much, QUERY_VALUE (division by zero in a row)
 */
export function transform(
  transformations: readonly Transformation[],
  frame: Frame,
  context: ReadContext,
): Frame {
  return transformations.reduce((current, transformation) => {
    context.work.transform(current.rows.length);
    return run(transformation, current, context);
  }, frame);
}

function run<Kind extends Transformation['kind']>(
  transformation: OfKind<Kind>,
  frame: Frame,
  context: ReadContext,
): Frame {
  const apply = TRANSFORMS[transformation.kind] as Transform<Kind>;
  return apply(transformation, frame, rowScope(frame.table, context), context);
}

/** A stable sort of each segment (3.3.3). */
function sorted(items: OfKind<'orderby'>['items'], frame: Frame, scope: Scope): Frame {
  const { table, rows, bounds } = frame;
  const keys = items.map((item) => sortKey(item, scope, scope.compile(item.expr)).gather(rows, undefined));
  const segments = segmentOf(frame);
  const places = countedRows(rows.length).sort((left, right) => {
    const bySegment = (segments[left] ?? 0) - (segments[right] ?? 0);
    if (bySegment !== 0) return bySegment;
    for (const key of keys) {
      const sign = key.compare(left, right);
      if (sign !== 0) return sign;
    }
    return left - right;
  });
  return { table, rows: places.map((place) => rows[place] ?? 0), bounds };
}

/** One row for each segment, also for one without rows. */
function aggregated(items: readonly Aggregate[], frame: Frame, scope: Scope, work: Work): Frame {
  work.transform(frame.rows.length, items.length);
  const segments = frame.bounds.length - 1;
  const columns = items.map((item) => ({ column: aggregateColumn(item, frame, scope) }));
  const table = derivedTable(frame.table.set, columns, segments);
  return { table, rows: countedRows(segments), bounds: countedRows(segments + 1) };
}

function concatenated(
  { branches }: OfKind<'concat'>,
  frame: Frame,
  _scope: Scope,
  context: ReadContext,
): Frame {
  const made = branches.map((branch) => transform(branch.transformations, frame, context));
  const outputs = branches.map(({ columns }) => columns);
  if (outputs[0] === undefined) return interleave(frame.table, made);
  const parts = made.map((part, index): Part => {
    const scope = rowScope(part.table, context);
    const pieces = (outputs[index] ?? []).map(({ expr }): Piece =>
      expr === undefined ? { rows: part.rows } : pieceOf(expr, part.table, part.rows, scope),
    );
    return { pieces, bounds: part.bounds };
  });
  return stacked(outputs[0], parts, frame, context.work);
}

/** Some rows of a result, column by column. */
interface Part {
  readonly pieces: readonly Piece[];
  readonly bounds: Uint32Array;
}

/** Parts as one table, their rows segment by segment. */
function stacked(columns: readonly OutputColumn[], parts: readonly Part[], frame: Frame, work: Work): Frame {
  const lengths = parts.map(({ bounds }) => bounds.at(-1) ?? 0);
  const length = lengths.reduce((sum, each) => sum + each, 0);
  work.transform(length, columns.length);
  const made = columns.map(({ property }, at) =>
    assemble(
      property,
      parts.map(({ pieces }) => pieces[at] ?? { rows: new Uint32Array() }),
    ),
  );
  let start = 0;
  const placed = parts.map(({ bounds }, index) => {
    const rows = countedRows(lengths[index] ?? 0).map((row) => row + start);
    start += rows.length;
    return { rows, bounds };
  });
  return interleave(derivedTable(frame.table.set, made, length), placed);
}

function grouped(groupby: OfKind<'groupby'>, frame: Frame, scope: Scope, context: ReadContext): Frame {
  const { keys, groupings, then, columns } = groupby;
  const made = groupings.map((grouping) => {
    context.work.transform(frame.rows.length, grouping.length);
    const cut = partition(
      frame,
      grouping.flatMap((key) => keys[key] ?? []),
      scope,
    );
    const result = then === undefined ? onePerGroup(cut) : transform(then, cut.frame, context);
    return { cut, result, grouping };
  });
  if (columns === undefined) {
    const parts = made.map(({ cut, result }) => ({ rows: result.rows, bounds: ungrouped(cut, result) }));
    return interleave(made[0]?.result.table ?? frame.table, parts);
  }
  const parts = made.map(({ cut, result, grouping }): Part => {
    const inner = rowScope(result.table, context);
    const first = firstRows(cut, result);
    const pieces = columns.map(({ key, expr }): Piece => {
      const value = key === undefined || !grouping.includes(key) ? undefined : keys[key];
      if (value !== undefined) return pieceOf(value, frame.table, first, scope);
      return expr === undefined ? { rows: first } : pieceOf(expr, result.table, result.rows, inner);
    });
    return { pieces, bounds: ungrouped(cut, result) };
  });
  return stacked(columns, parts, frame, context.work);
}

/** A frame with the first row of each group. */
function onePerGroup({ frame: { table, rows, bounds } }: Partition): Frame {
  const groups = bounds.length - 1;
  return {
    table,
    rows: bounds.subarray(0, groups).map((start) => rows[start] ?? 0),
    bounds: countedRows(groups + 1),
  };
}

/** Bounds of the segments that were partitioned, over what was made of their groups. */
function ungrouped({ groups }: Partition, { bounds }: Frame): Uint32Array {
  return groups.map((group) => bounds[group] ?? 0);
}

/** For each row of a result: the first row of the group that it was made of. */
function firstRows({ frame: { rows, bounds } }: Partition, result: Frame): Uint32Array {
  return segmentOf(result).map((group) => rows[bounds[group] ?? 0] ?? 0);
}
