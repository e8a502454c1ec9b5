/**
 * Measures all sides in one run: `npm run bench` (from the top: npm run bench -- [--quick] [--rows 30000] [--rounds 5]
 * [--only W1,W2]). Prints a table, and writes docs/performance.md's figures with --write. --quick asserts no time: it
 * only proves that every side answers right.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { closedLoop } from './client.mjs';
import { IMPORTS, REQUESTS, wrongImport } from './works.mjs';
import { growth, memory, openRate, powerBi, refreshing, startUp, whileRefreshing } from './scenes.mjs';
import { markdown } from './report.mjs';
import { Sides } from './sides.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rows: { type: 'string', default: '30000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    write: { type: 'string' },
  },
});
const rows = values.quick ? 1000 : Number(values.rows);
const rounds = values.quick ? 1 : Number(values.rounds);
const ms = values.quick ? 50 : 1500;
const wanted = (work) => values.only === undefined || values.only.split(',').includes(work);
const say = (line) => process.stderr.write(`${line}\n`);

/** Figures by work, then side: one entry a round. */
const figures = {};
const note = (work, side, figure) => ((figures[work] ??= {})[side] ??= []).push(figure);

const sides = await Sides.start(rows, { peers: !values.quick, say });
try {
  await checkAll();
  for (let round = 0; round < rounds; round += 1) {
    say(`Round ${round + 1} of ${rounds}`);
    for (const work of Object.keys(IMPORTS).filter(wanted)) await imports(work);
    for (const work of Object.keys(REQUESTS).filter(wanted)) await requests(work);
  }
  const scenes = { powerBi, openRate, whileRefreshing, memory, startUp, refreshing, growth };
  for (const [name, scene] of Object.entries(values.quick ? {} : scenes))
    if (wanted(scene.work ?? name)) await scene({ rows, sides, note, say });
} finally {
  await sides.end();
}
const about = {
  rows,
  rounds,
  node: process.version,
  processors: cpus().length,
  at: new Date().toISOString(),
};
const text = markdown(figures, about);
process.stdout.write(`${text}\n`);
if (values.write !== undefined) writeFileSync(values.write, JSON.stringify({ about, figures }, null, 1));

/** A wrong answer is no result: every side is checked against the generator before anything is measured. */
async function checkAll() {
  for (const [work, { paths, packed, only }] of Object.entries(IMPORTS)) {
    if (!wanted(work)) continue;
    for (const [side, client] of sides.of(paths)) {
      if (side === 'bare' && only !== undefined) continue;
      const pages = await client.import(paths[side], { packed });
      const wrong = wrongImport(pages, rows, only);
      if (wrong !== undefined) throw new Error(`${work} of ${side}: ${wrong}`);
      await sides.captureLimit(work, side, pages);
    }
  }
  for (const [work, { paths, wrong }] of Object.entries(REQUESTS)) {
    if (!wanted(work)) continue;
    for (let at = 0; at < 3; at += 1)
      for (const [side, client] of sides.of(paths(at, rows))) {
        const problem = wrong(await client.text(paths(at, rows)[side], { packed: true }), at, rows);
        if (problem !== undefined) throw new Error(`${work} of ${side}: ${problem.slice(0, 300)}`);
      }
  }
  say('Every side answers right.');
}

/** Full imports, one after the other; ours once warm, and once right after a refresh that changed rows. */
async function imports(work) {
  const { paths, packed, only } = IMPORTS[work];
  for (const [side, client] of sides.of(paths, { limit: `${work}/ours`, bareLimit: `${work}/bare` })) {
    if (side === 'bare' && only !== undefined) continue;
    const path = sides.limitPath(side, work) ?? paths[side];
    if (side === 'ours' || side === 'bare') {
      await sides.refresh();
      note(`${work} cold`, side, await timed(() => client.import(path, { packed })));
    }
    note(work, side, await timed(() => client.import(path, { packed })));
  }
}

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Closed loops of 16; with literals that change on every request, and for ours also with the same ones again. */
async function requests(work) {
  const { paths, literals } = REQUESTS[work];
  let at = 0;
  for (const [side, client] of sides.of(paths(0, rows))) {
    const { perSecond } = await closedLoop(() => client.raw(paths(at++, rows)[side], { packed: true }), {
      ms,
    });
    note(literals === true ? `${work} other literals` : work, side, perSecond);
    if (literals !== true || (side !== 'ours' && side !== 'bare')) {
      if (literals === true) note(work, side, perSecond);
      continue;
    }
    const same = await closedLoop(() => client.raw(paths(0, rows)[side], { packed: true }), { ms });
    note(work, side, same.perSecond);
  }
}
