/** The bar: its rows by name. */
import { calls } from './calls.js';
import { clock } from './clock.js';
import { drain } from './drain.js';
import { faults } from './faults.js';
import { full } from './full.js';
import { kill } from './kill.js';
import { memory } from './memory.js';
import { restart } from './restart.js';
import type { Row } from './row.js';
import { slow } from './slow.js';
import { soak } from './soak.js';
import { two } from './two.js';

export const ROWS: Readonly<Record<string, Row>> = {
  faults,
  kill,
  calls,
  full,
  two,
  clock,
  soak,
  restart,
  drain,
  slow,
  memory,
};
