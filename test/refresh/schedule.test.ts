import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import type { Observe } from '../../src/observe/observation.js';
import { createSchedule, type Schedule } from '../../src/refresh/schedule.js';

const HOUR_MS = 3_600_000;
const RealDate = Date;

/** Sets the clock that all code sees, timers excepted: those run on, as they do on a real machine. */
function setClock(offsetMs: number): void {
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, values: unknown[]) =>
      Reflect.construct(target, values.length === 0 ? [RealDate.now() + offsetMs] : values) as Date,
    get: (target, name) =>
      name === 'now' ? () => RealDate.now() + offsetMs : (Reflect.get(target, name) as unknown),
  });
}

describe('a schedule', () => {
  let schedule: Schedule;
  const runs: string[] = [];
  afterEach(async () => {
    await schedule.stop();
    globalThis.Date = RealDate;
  });

  function follow(cron: string, observe: Observe = () => undefined): void {
    runs.length = 0;
    const run = (trigger: string) => {
      runs.push(trigger);
      return Promise.resolve();
    };
    schedule = createSchedule({ cron, timeZone: 'UTC', run, observe });
    schedule.start();
  }

  async function untilItRuns(times: number): Promise<void> {
    while (runs.length < times) await wait(50);
  }

  it('runs at once when a slot went by while the machine slept, and waits for the next one then', async () => {
    setClock(0);
    follow('30 12 1 1 *');
    setClock(366 * 24 * HOUR_MS);
    await untilItRuns(1);
    expect(runs).toEqual(['schedule']);
    expect(schedule.nextRun()?.getTime()).toBeGreaterThan(Date.now());
  });

  it('runs once for all slots of a month that the machine slept through', async () => {
    const missed: string[] = [];
    follow('* * * * * *', (observation) => {
      if (observation.kind === 'scheduleMissed') missed.push(observation.at);
    });
    await untilItRuns(1);
    setClock(30 * 24 * HOUR_MS);
    await untilItRuns(4);
    expect(missed).toHaveLength(1);
    expect(schedule.nextRun()!.getTime() - Date.now()).toBeLessThanOrEqual(1000);
  });

  it('follows another expression at once, and nothing after it was stopped', async () => {
    follow('0 0 1 1 *');
    schedule.follow('* * * * * *', 'UTC');
    await untilItRuns(1);
    await schedule.stop();
    const before = runs.length;
    await wait(1500);
    expect(runs).toHaveLength(before);
    expect(schedule.nextRun()).toBeUndefined();
  });

  it('does not run when the clock moves but meets no slot', async () => {
    setClock(RealDate.UTC(2026, 5, 1) - RealDate.now());
    follow('0 0 1 1 *');
    setClock(RealDate.UTC(2026, 5, 6) - RealDate.now());
    await wait(2500);
    expect(runs).toEqual([]);
  });

  it('goes by the new time at once when the clock is set back by a day', async () => {
    follow('* * * * * *');
    await untilItRuns(1);
    setClock(-24 * HOUR_MS);
    await untilItRuns(3);
  });
});
