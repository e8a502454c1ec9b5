/** Which fault strikes which request. */
import type { FaultSettings } from './broken-answers.js';
import { FAULT_NAMES, FAULTS, type FaultName } from './faults.js';
import type { Period } from './upstream-app.js';

/** What a request to the fake Graph asks for. */
export interface Target {
  readonly kind: 'streams' | 'usage' | 'other';
  readonly streamId?: string;
  readonly period?: string;
  readonly skip: number;
}

/** When a fault strikes; a condition that is not given matches every request. */
export interface FaultRule extends FaultSettings {
  readonly fault: FaultName;
  readonly on?: 'streams' | 'usage';
  readonly streamId?: string;
  readonly period?: Period;
  /** Only the page that starts at this row: 0 is the first page, 100 the second. */
  readonly skip?: number;
  /** The first strike is on the n-th matching request from now on; default 1, the next one. */
  readonly onRequest?: number;
  /** From then on every n-th matching request; default 1. */
  readonly every?: number;
  /** How many strikes, then the rule is spent; the default stands in the table of faults (mostly 1). */
  readonly times?: number;
}

/** A rule that strikes now. */
export interface Strike {
  readonly rule: FaultRule;
  /** From 1. */
  readonly count: number;
}

interface Armed {
  readonly rule: FaultRule;
  seen: number;
  strikes: number;
}

function matches(rule: FaultRule, target: Target): boolean {
  return (
    (rule.on === undefined || rule.on === target.kind) &&
    (rule.streamId === undefined || rule.streamId === target.streamId) &&
    (rule.period === undefined || rule.period === target.period) &&
    (rule.skip === undefined || rule.skip === target.skip)
  );
}

/** The rules in force, oldest first; the first that strikes wins. */
export class FaultQueue {
  #armed: Armed[] = [];

  /** @throws RangeError when there is no fault of that name: rules also come from the command line. */
  inject(rule: FaultRule): void {
    if (!FAULT_NAMES.includes(rule.fault)) {
      throw new RangeError(`There is no fault '${rule.fault}'; there are ${FAULT_NAMES.join(', ')}`);
    }
    this.#armed.push({ rule, seen: 0, strikes: 0 });
  }

  clear(): void {
    this.#armed = [];
  }

  /** Counts a request against every matching rule; the strike, if one is due. */
  take(target: Target): Strike | undefined {
    let strike: Strike | undefined;
    for (const armed of this.#armed) {
      if (!matches(armed.rule, target)) continue;
      armed.seen += 1;
      if (strike === undefined && isDue(armed)) {
        armed.strikes += 1;
        strike = { rule: armed.rule, count: armed.strikes };
      }
    }
    return strike;
  }
}

function isDue({ rule, seen, strikes }: Armed): boolean {
  const sinceFirst = seen - (rule.onRequest ?? 1);
  const times = rule.times ?? FAULTS[rule.fault].times ?? 1;
  return strikes < times && sinceFirst >= 0 && sinceFirst % (rule.every ?? 1) === 0;
}
