import { HeliosError } from '../../base/errors.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { RankingFunction, WindowFrame } from '../binder/logical-plan.ts';
import { applyAffinity } from '../expressions/values/affinity.ts';
import { numericOf } from '../expressions/values/numeric.ts';
import { framePieces } from './window-aggregate.ts';
import type { FrameBounds } from './window-frame.ts';
import type { WindowLayout } from './window-partition.ts';

/** Reads argument `i` of a row, numbered in the window's order. */
export type ReadArgument = (i: number, row: number) => SqlValue;

/** What a function reads. */
export interface RankingArguments {
  readonly argumentCount: number;
  readonly read: ReadArgument;
  /** IGNORE NULLS: the rows that are left; null: all rows are. */
  readonly present: PresentRows | null;
}

/** The rows whose first argument is not NULL. */
interface PresentRows {
  readonly rows: Int32Array;
  /** By row, and behind the last one: how many of `rows` come before it. */
  readonly before: Int32Array;
}

export function presentRows(read: ReadArgument, rowCount: number): PresentRows {
  const rows: number[] = [];
  const before = new Int32Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++) {
    if (read(0, row) !== null) rows.push(row);
    before[row + 1] = rows.length;
  }
  return { rows: Int32Array.from(rows), before };
}

/** A function that only exists over windows, for all rows. */
export function rankRows(
  name: RankingFunction,
  { argumentCount, read, present }: RankingArguments,
  layout: WindowLayout,
  frames: () => FrameBounds,
  exclude: WindowFrame['exclude'],
): SqlValue[] {
  const { rowCount, partitionStart, partitionEnd, peerStart, peerEnd } = layout;
  const perRow = (value: (row: number) => SqlValue): SqlValue[] =>
    Array.from({ length: rowCount }, (_, row) => value(row));
  switch (name) {
    case 'row_number':
      return perRow((row) => BigInt(row - partitionStart[row] + 1));
    case 'rank':
      return perRow((row) => BigInt(peerStart[row] - partitionStart[row] + 1));
    case 'dense_rank':
      return denseRanks(layout);
    case 'percent_rank':
      return perRow((row) => {
        const others = partitionEnd[row] - partitionStart[row] - 1;
        return others === 0 ? 0 : (peerStart[row] - partitionStart[row]) / others;
      });
    case 'cume_dist':
      return perRow((row) => (peerEnd[row] - partitionStart[row]) / (partitionEnd[row] - partitionStart[row]));
    case 'ntile':
      return perRow((row) =>
        tile(read(0, partitionStart[row]), row - partitionStart[row], partitionEnd[row] - partitionStart[row]),
      );
    case 'lag':
    case 'lead':
      return perRow((row) => shifted(name, { argumentCount, read, present }, row, layout));
    case 'first_value':
    case 'last_value':
    case 'nth_value': {
      const bounds = frames();
      return perRow((row) => {
        const all = framePieces(exclude, bounds.start[row], bounds.end[row], row, layout);
        const pieces = present === null ? all : presentPieces(all, present);
        const found = pickRow(name, pieces, name === 'nth_value' ? nthOf(read(1, row)) : 1);
        return found < 0 ? null : read(0, present === null ? found : present.rows[found]);
      });
    }
  }
}

function denseRanks({ rowCount, partitionStart, peerStart }: WindowLayout): SqlValue[] {
  const ranks: SqlValue[] = new Array(rowCount);
  let rank = 0n;
  for (let row = 0; row < rowCount; row++) {
    if (partitionStart[row] === row) rank = 1n;
    else if (peerStart[row] === row) rank++;
    ranks[row] = rank;
  }
  return ranks;
}

/** The first `rowCount % tiles` tiles have a row more than the others. */
function tile(argument: SqlValue, row: number, rowCount: number): SqlValue {
  const tiles = positiveInteger(argument, 'argument of ntile must be a positive integer');
  const small = Math.floor(rowCount / tiles);
  const large = rowCount % tiles;
  const inLarge = large * (small + 1);
  if (row < inLarge) return BigInt(Math.floor(row / (small + 1)) + 1);
  return BigInt(large + Math.floor((row - inLarge) / small) + 1);
}

/** The stretches of a frame, by numbers of rows that are present. */
function presentPieces(pieces: readonly (readonly [number, number])[], { before }: PresentRows) {
  return pieces
    .map(([from, to]) => [before[from], before[Math.max(from, to)]] as const)
    .filter(([from, to]) => from < to);
}

function shifted(
  name: 'lag' | 'lead',
  { argumentCount, read, present }: RankingArguments,
  row: number,
  { partitionStart, partitionEnd }: WindowLayout,
): SqlValue {
  const offset = argumentCount > 1 ? read(1, row) : 1n;
  if (offset === null) return null;
  const rows = Number(numericOf(offset));
  const distance = name === 'lag' ? -rows : rows;
  const at = present === null ? row + distance : presentAt(row, distance, present);
  // There is no row between two.
  if (Number.isInteger(at) && at >= partitionStart[row] && at < partitionEnd[row]) return read(0, at);
  return argumentCount > 2 ? read(2, row) : null;
}

/** The row so many present ones away, to either side; -1: there is none. */
function presentAt(row: number, distance: number, { rows, before }: PresentRows): number {
  if (distance === 0) return row;
  return rows[distance < 0 ? before[row] + distance : before[row + 1] + distance - 1] ?? -1;
}

function nthOf(argument: SqlValue): number {
  return positiveInteger(argument, 'second argument to nth_value must be a positive integer');
}

function positiveInteger(value: SqlValue, message: string): number {
  const number = numberOf(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new HeliosError('INVALID_VALUE', message);
}

/** Text may be one, too; NaN: it is none. */
function numberOf(value: SqlValue): number {
  const number = applyAffinity(value, 'NUMERIC');
  return typeof number === 'bigint' || typeof number === 'number' ? Number(number) : Number.NaN;
}

/** The first, last or n-th row of a frame's stretches, or -1. */
function pickRow(name: RankingFunction, pieces: readonly (readonly [number, number])[], n: number): number {
  if (name === 'last_value') return pieces.length === 0 ? -1 : pieces[pieces.length - 1][1] - 1;
  let skip = n - 1;
  for (const [from, to] of pieces) {
    if (skip < to - from) return from + skip;
    skip -= to - from;
  }
  return -1;
}
