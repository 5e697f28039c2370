import { arch, cpus, platform, totalmem } from 'node:os';
import Table from 'cli-table3';
import type { Measured } from './measure.ts';
import type { WorkItem } from './work/work.ts';

export interface Figure {
  readonly item: string;
  readonly title: string;
  readonly unit: string;
  readonly contender: string;
  readonly medium: 'file' | 'memory';
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly runs: readonly number[];
  /** Median of ours over that of each peer of the same medium; empty for the peers. */
  readonly ratios: readonly Ratio[];
}

export interface Ratio {
  readonly peer: string;
  readonly ratio: number;
  readonly goal: number | null;
}

/** Something counted once, such as bytes; smaller is better. */
export interface Size {
  readonly what: string;
  readonly contender: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number | null;
}

export interface Report {
  readonly at: string;
  readonly machine: Record<string, string | number>;
  readonly rows: number;
  readonly turns: number;
  readonly figures: readonly Figure[];
  readonly sizes: readonly Size[];
}

export function figuresOf(item: WorkItem, measured: readonly Measured[]): readonly Figure[] {
  return measured.map(({ contender, runs, min, median, max }) => {
    const { name, medium, ours } = contender;
    const rivals = ours ? measured.filter((other) => !other.contender.ours && other.contender.medium === medium) : [];
    const ratios = rivals.map(({ contender: { name: peer }, median: theirs }): Ratio => {
      return { peer, ratio: median / theirs, goal: item.goals.find((goal) => goal.peer === peer)?.ratio ?? null };
    });
    return {
      item: item.name,
      title: item.title,
      unit: item.unit,
      contender: name,
      medium,
      min,
      median,
      max,
      runs,
      ratios,
    };
  });
}

export function machineFacts(): Report['machine'] {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.version,
  };
}

export function figureTable(figures: readonly Figure[]): string {
  const table = new Table({
    head: ['work', 'contender', 'min', 'median', 'max', 'unit', 'ratios'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  });
  let previous = '';
  for (const figure of figures) {
    table.push([
      figure.title === previous ? '' : figure.title,
      figure.contender,
      rate(figure.min),
      rate(figure.median),
      rate(figure.max),
      figure.unit,
      figure.ratios.map(ratioText).join('\n'),
    ]);
    previous = figure.title;
  }
  return table.toString();
}

export function sizeTable(sizes: readonly Size[]): string {
  const table = new Table({
    head: ['size', 'contender', 'value', 'unit', 'goal'],
    colAligns: ['left', 'left', 'right', 'left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const size of sizes) {
    const judged = size.goal === null ? '' : `<= ${size.goal} ${size.value <= size.goal ? 'met' : 'missed'}`;
    table.push([size.what, size.contender, size.value.toFixed(1), size.unit, judged]);
  }
  return table.toString();
}

function ratioText({ peer, ratio, goal }: Ratio): string {
  const judged = goal === null ? '' : ` (>= ${goal}x ${ratio >= goal ? 'met' : 'missed'})`;
  return `${ratio.toFixed(2)}x ${peer}${judged}`;
}

function rate(perSecond: number): string {
  if (perSecond < 100) return perSecond.toFixed(2);
  return Math.round(perSecond).toLocaleString('en-US');
}
