/** The figures as a table for people: medians with their range, and ours against each other side. */

const SIDES = ['limit', 'bareLimit', 'ours', 'bare', 'hand', 'natural', 'cap'];

const NAMES = {
  limit: 'plain buffer',
  bareLimit: 'plain buffer, whole rows',
  ours: 'ours',
  bare: 'ours, whole rows',
  hand: 'by hand',
  natural: 'odata-v4-server',
  cap: 'CAP + SQLite',
};

export function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Times are better when small, rates when large; the ratio always says how often ours is better. */
export const isTime = (work) => !/^(W2|W4|W5|W5b|W6|W7|W8|W9|W11)\b/.test(work) && !work.includes('a second');

function cell(values) {
  if (values === undefined) return '';
  const digits = median(values) < 10 ? 2 : median(values) < 100 ? 1 : 0;
  const shown = (value) => value.toLocaleString('en', { maximumFractionDigits: digits });
  return `${shown(median(values))} (${shown(Math.min(...values))}–${shown(Math.max(...values))})`;
}

function ratios(work, sides) {
  const of = (mine, theirs) => {
    if (sides[mine] === undefined || sides[theirs] === undefined) return undefined;
    const [left, right] = [median(sides[mine]), median(sides[theirs])];
    return isTime(work) ? right / left : left / right;
  };
  const shown = [
    ['limit', of('ours', 'limit')],
    ['limit, whole rows', of('bare', 'bareLimit')],
    ['by hand', of('ours', 'hand')],
    ['CAP', of('ours', 'cap')],
    ['odata-v4-server', of('ours', 'natural')],
  ];
  return shown
    .flatMap(([name, ratio]) => (ratio === undefined ? [] : [`${ratio.toFixed(2)} × ${name}`]))
    .join(' · ');
}

export function markdown(figures, { rows, rounds, node, processors, at }) {
  const head = `${rows.toLocaleString('en')} rows, ${rounds} rounds, medians (min–max); Node ${node}, ${processors} processors, ${at.slice(0, 10)}. Imports and starts in ms, requests a second at 16.`;
  // A cold import stands beside the same limit and the same peers as the warm one.
  const whole = Object.fromEntries(
    Object.entries(figures).map(([work, sides]) => {
      const warm = figures[work.replace(/ (cold|other literals)$/, '')] ?? {};
      const { limit, bareLimit, hand, natural, cap } = warm;
      return [
        work,
        {
          ...Object.fromEntries(
            Object.entries({ limit, bareLimit, hand, natural, cap }).filter(([, value]) => value),
          ),
          ...sides,
        },
      ];
    }),
  );
  const sidesThere = SIDES.filter((side) => Object.values(whole).some((sides) => sides[side] !== undefined));
  const lines = Object.entries(whole)
    .sort(([left], [right]) => left.localeCompare(right, 'en', { numeric: true }))
    .map(
      ([work, sides]) =>
        `| ${work} | ${sidesThere.map((side) => cell(sides[side])).join(' | ')} | ${ratios(work, sides)} |`,
    );
  return [
    head,
    '',
    `| work | ${sidesThere.map((side) => NAMES[side]).join(' | ')} | ours is |`,
    `|---|${sidesThere.map(() => '--:').join('|')}|---|`,
    ...lines,
  ].join('\n');
}
