/** The chart of docs/performance.md: for each work how often ours is better than each peer, on a scale of powers of two. */
import { isTime, median } from './report.mjs';

const PEERS = [
  ['hand', 'by hand', '#4c78a8'],
  ['cap', 'CAP + SQLite', '#b4561d'],
];
const [LABELS, WIDTH, ROW, TOP] = [250, 460, 22, 34];
/** From a sixteenth to sixty-four times. */
const [LEAST, MOST] = [-4, 6];

const x = (ratio) => LABELS + ((Math.log2(ratio) - LEAST) / (MOST - LEAST)) * WIDTH;

/** @param figures by work and side, medians are taken */
export function chart(figures) {
  const works = Object.keys(figures)
    .filter((work) => /^W(1|1raw|2|3|4|5|6|7|8|9|11)( |$)/.test(work))
    .sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));
  const bars = works.flatMap((work, row) =>
    PEERS.flatMap(([peer, , colour], at) => {
      const ratio = ratioOf(figures, work, peer);
      if (ratio === undefined) return [];
      const end = x(Math.min(2 ** MOST, Math.max(2 ** LEAST, ratio)));
      const [from, to] = [Math.min(x(1), end), Math.max(x(1), end)];
      const y = TOP + row * ROW + at * 8 + 2;
      return `<rect x="${from.toFixed(1)}" y="${y}" width="${(to - from).toFixed(1)}" height="7" fill="${colour}"><title>${work}: ${ratio.toFixed(2)} × ${peer}</title></rect>`;
    }),
  );
  const labels = works.map(
    (work, row) => `<text x="${LABELS - 8}" y="${TOP + row * ROW + 13}" text-anchor="end">${work}</text>`,
  );
  const height = TOP + works.length * ROW + 10;
  const lines = Array.from({ length: MOST - LEAST + 1 }, (_, step) => {
    const ratio = 2 ** (LEAST + step);
    const name = ratio < 1 ? `1/${1 / ratio}` : `${ratio}`;
    const at = x(ratio).toFixed(1);
    return `<line x1="${at}" y1="${TOP - 6}" x2="${at}" y2="${height - 8}" stroke="${ratio === 1 ? '#555' : '#ccc'}"/><text x="${at}" y="${TOP - 12}" text-anchor="middle">${name} ×</text>`;
  });
  const legend = PEERS.map(
    ([, name, colour], at) =>
      `<rect x="${4 + at * 110}" y="6" width="9" height="9" fill="${colour}"/><text x="${17 + at * 110}" y="14">${name}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LABELS + WIDTH + 30} ${height}" font-family="system-ui, sans-serif" font-size="11" role="img" aria-label="How often ours is faster than each peer"><rect width="100%" height="100%" fill="#fff"/>${[...lines, ...bars, ...labels, ...legend].join('')}</svg>\n`;
}

function ratioOf(figures, work, peer) {
  const { ours } = figures[work];
  const theirs = figures[work][peer] ?? figures[work.replace(/ (cold|other literals)$/, '')]?.[peer];
  if (ours === undefined || theirs === undefined) return undefined;
  return isTime(work) ? median(theirs) / median(ours) : median(ours) / median(theirs);
}
