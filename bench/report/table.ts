import { isMet } from '../measure/result.js';
import type { Result } from '../measure/result.js';
import type { Spread } from '../measure/spread.js';

const head = ['what', 'ours', 'bare', 'ratio', 'aim', ''];

/** A Markdown table, aligned so that it reads well in a terminal too. */
export function table(results: readonly Result[]): string {
  const cells = [head, ...results.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [first = [], ...rest] = cells;
  return [line(first), rule, ...rest.map(line)].join('\n');
}

function cellsOf(result: Result): string[] {
  const { unit } = result;
  const met = isMet(result);
  return [
    result.what,
    `${spread(result.ours)} ${unit}`,
    `${spread(result.bare)} ${unit}`,
    spread(result.ratio),
    aimText(result),
    met === null ? '' : met ? 'met' : 'missed',
  ];
}

function aimText({ aim }: Result): string {
  if (aim === null) return '';
  return 'atLeast' in aim ? `≥ ${aim.atLeast}` : `≤ ${aim.atMost}`;
}

function spread({ median, least, most }: Spread): string {
  return `${figure(median)} (${figure(least)}–${figure(most)})`;
}

function figure(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-GB');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
