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
  /** Median of ours over the peer's of the same medium; null for the peers. */
  readonly ratio: number | null;
  readonly goal: number | null;
  readonly finalGoal: number | null;
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
    const peer = ours
      ? measured.find((other) => !other.contender.ours && other.contender.medium === medium)
      : undefined;
    const judged = peer !== undefined && medium === 'file';
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
      ratio: peer === undefined ? null : median / peer.median,
      goal: judged ? item.goal : null,
      finalGoal: judged ? item.finalGoal : null,
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
    head: ['work', 'contender', 'min', 'median', 'max', 'unit', 'ratio', 'goal', 'final'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left', 'right', 'right', 'right'],
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
      figure.ratio === null ? '' : `${figure.ratio.toFixed(2)}x`,
      goal(figure.goal, figure.ratio),
      goal(figure.finalGoal, figure.ratio),
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

function goal(asked: number | null, ratio: number | null): string {
  if (asked === null || ratio === null) return '';
  return `>= ${asked}x ${ratio >= asked ? 'met' : 'missed'}`;
}

function rate(perSecond: number): string {
  if (perSecond < 100) return perSecond.toFixed(2);
  return Math.round(perSecond).toLocaleString('en-US');
}
