/** Aggregates: one value for each segment of a frame. Spec: Data Aggregation 4.0, 3.2.1.3. */
import { compareValues, exactInteger, type EdmValue } from '../../model/edm-value.js';
import type { Aggregate } from '../../query/plan.js';
import type { Column } from './columns.js';
import { sameKey } from './compare.js';
import { columnOfValues } from './derived-columns.js';
import type { Frame } from './frame.js';
import { canonicalCodes } from './partition.js';
import { placeOf, type Evaluator, type Scope } from './scope.js';

/** The value of one segment: places from `from` to `to`. */
type OfSegment = (from: number, to: number) => EdmValue;

/** The column of an aggregate: a row for each segment. */
export function aggregateColumn(aggregate: Aggregate, frame: Frame, scope: Scope): Column {
  const { bounds } = frame;
  const ofSegment = compileAggregate(aggregate, frame, scope);
  const values: EdmValue[] = [];
  for (let segment = 0; segment + 1 < bounds.length; segment++)
    values.push(ofSegment(bounds[segment] ?? 0, bounds[segment + 1] ?? 0));
  return columnOfValues(aggregate.property, values);
}

function compileAggregate({ method, expr, property }: Aggregate, frame: Frame, scope: Scope): OfSegment {
  if (method === 'count' || expr === undefined) return (from, to) => to - from;
  if (method === 'countdistinct') return distinctOf({ method, expr, property }, frame, scope);
  const { rows } = frame;
  const evaluate = scope.compile(expr);
  if (method === 'min' || method === 'max') return extremeOf(evaluate, rows, method === 'min' ? -1 : 1);
  const floating = expr.type === 'Edm.Double' || expr.type === 'Edm.Single';
  return (from, to) => {
    const total = new Total(floating);
    for (let place = from; place < to; place++) total.add(evaluate(rows[place] ?? 0));
    if (total.count === 0) return null;
    return method === 'sum' ? total.value : Number(total.value) / total.count;
  };
}

function extremeOf(evaluate: Evaluator, rows: Uint32Array, sign: 1 | -1): OfSegment {
  return (from, to) => {
    let best: EdmValue = null;
    for (let place = from; place < to; place++) {
      const value = evaluate(rows[place] ?? 0);
      if (value === null) continue;
      if (best === null || compareValues(value, best) * sign > 0) best = value;
    }
    return best;
  };
}

/** Distinct values that are not null: a mark for each code of a dictionary, else a set. */
function distinctOf({ expr }: Aggregate, { rows }: Frame, scope: Scope): OfSegment {
  if (expr?.kind === 'property') {
    const { table, rowOf } = placeOf(scope, expr.variable, expr.path);
    const column = table.column(expr.property.name);
    if (column.kind === 'dictionary') {
      const canonical = canonicalCodes(column.dictionary);
      const codeOf = (row: number) =>
        canonical[column.codes[rowOf === undefined ? row : rowOf(row)] ?? 0] ?? 0;
      return distinctCodes(codeOf, column.dictionary.size, rows);
    }
  }
  const evaluate = expr === undefined ? () => null : scope.compile(expr);
  const seen = new Set<EdmValue>();
  return (from, to) => {
    seen.clear();
    for (let place = from; place < to; place++) seen.add(sameKey(evaluate(rows[place] ?? 0)));
    seen.delete(null);
    return seen.size;
  };
}

function distinctCodes(codeOf: (row: number) => number, size: number, rows: Uint32Array): OfSegment {
  const marks = new Uint32Array(size);
  let mark = 0;
  return (from, to) => {
    mark += 1;
    let count = 0;
    for (let place = from; place < to; place++) {
      const code = codeOf(rows[place] ?? 0);
      if (code === 0 || marks[code] === mark) continue;
      marks[code] = mark;
      count += 1;
    }
    return count;
  };
}

/** A sum: whole numbers exactly, whatever their size; fractions in doubles, to the digits that a double holds. */
export class Total {
  count = 0;
  #whole = 0;
  #beyond = 0n;
  #fraction = 0;
  #hasFraction = false;

  /** @param floating IEEE 754 addition, as Double and Single have it */
  constructor(private readonly floating = false) {}

  /** Null does not count. */
  add(value: EdmValue): void {
    if (typeof value !== 'number' && typeof value !== 'bigint') return;
    this.count += 1;
    if (typeof value === 'bigint') this.#beyond += value;
    else if (this.floating || !Number.isSafeInteger(value)) {
      this.#fraction += value;
      this.#hasFraction = true;
    } else {
      const sum = this.#whole + value;
      if (Number.isSafeInteger(sum)) this.#whole = sum;
      else {
        this.#beyond += BigInt(this.#whole) + BigInt(value);
        this.#whole = 0;
      }
    }
  }

  get value(): number | bigint {
    const whole = this.#beyond === 0n ? this.#whole : exactInteger(this.#beyond + BigInt(this.#whole));
    if (!this.#hasFraction) return whole;
    const sum = Number(whole) + this.#fraction;
    return this.floating || !Number.isFinite(sum) ? sum : Number(sum.toPrecision(15));
  }
}
