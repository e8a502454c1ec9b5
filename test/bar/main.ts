/** `npm run bar`: runs rows and prints a line for each. Exit code 1 when one did not hold, 2 for a wrong command line. */
import { parseArgs } from 'node:util';
import type { Row } from './row.js';
import { ROWS } from './rows.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    long: { type: 'boolean', default: false },
    break: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

function list(): void {
  for (const [name, { promise, breaks }] of Object.entries(ROWS)) {
    console.log(`${name.padEnd(8)} ${promise}`);
    for (const [how, what] of Object.entries(breaks)) console.log(`         --break ${how}: ${what}`);
  }
}

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}

async function run(name: string, row: Row): Promise<boolean> {
  const started = performance.now();
  const { counted, faults } = await row.run({
    long: values.long,
    broken: values.break,
    seed: Number(values.seed),
    say: (text) => {
      console.log(`         ${text}`);
    },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const verdict = faults.length === 0 ? 'held' : 'BROKEN';
  console.log(`${name.padEnd(8)} ${verdict}: ${counted} (${seconds} s, seed ${values.seed})`);
  for (const fault of faults.slice(0, 20)) console.log(`         ${fault}`);
  return faults.length === 0;
}

const [wanted] = positionals;
if (wanted === undefined) list();
else {
  const names = wanted === 'all' ? Object.keys(ROWS) : positionals;
  let held = true;
  for (const name of names) {
    const row = ROWS[name] ?? refuse(`There is no row '${name}'; npm run bar lists them.`);
    if (values.break !== undefined && !(values.break in row.breaks))
      refuse(
        `'${name}' cannot be broken by '${values.break}', only by: ${Object.keys(row.breaks).join(', ')}.`,
      );
    held = (await run(name, row)) && held;
  }
  process.exit(held ? 0 : 1);
}
