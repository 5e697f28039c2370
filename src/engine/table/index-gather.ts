import type { ColumnVector, DictionaryVector, NumberVector } from '../column/vector.ts';
import type { SegmentReader } from '../segment/segment-reader.ts';

/** Below so many rows a block, one value at a time is cheaper than decoding the block. */
const ROWS_WORTH_A_BLOCK = 8;

/**
 * The values of column `id` at the given positions of a segment, in their order, by way of whole decoded blocks. Null
 * where that does not pay, since the positions jump between blocks, or where the blocks are not of one plain kind.
 */
export function gatherFromBlocks(reader: SegmentReader, id: number, positions: Uint32Array): ColumnVector | null {
  const { blockRows } = reader.meta;
  if (countStretches(positions, blockRows) * ROWS_WORTH_A_BLOCK > positions.length) return null;
  const first = reader.column(id, Math.floor(positions[0] / blockRows));
  if (first.kind === 'number') return gatherNumbers(reader, id, positions);
  return first.kind === 'dictionary' ? gatherCodes(reader, id, positions, first.dictionary) : null;
}

/** How often the next position lies in another block than the one before it. */
function countStretches(positions: Uint32Array, blockRows: number): number {
  let stretches = 0;
  let start = -1;
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i];
    if (start >= 0 && position >= start && position < start + blockRows) continue;
    start = position - (position % blockRows);
    stretches++;
  }
  return stretches;
}

/** The end of the stretch of positions from `from` on that lie in the block which starts at `start`. */
function stretchEnd(positions: Uint32Array, from: number, start: number, blockRows: number): number {
  let to = from + 1;
  while (to < positions.length && positions[to] >= start && positions[to] < start + blockRows) to++;
  return to;
}

function gatherNumbers(reader: SegmentReader, id: number, positions: Uint32Array): NumberVector | null {
  const { blockRows } = reader.meta;
  const values = new Float64Array(positions.length);
  let nulls: Uint8Array | null = null;
  for (let from = 0; from < positions.length; ) {
    const block = Math.floor(positions[from] / blockRows);
    const start = block * blockRows;
    const to = stretchEnd(positions, from, start, blockRows);
    const vector = reader.column(id, block);
    if (vector.kind !== 'number') return null;
    copyNumbers(vector.values, positions, start, values, from, to);
    if (vector.nulls !== null) {
      nulls ??= new Uint8Array(positions.length);
      copyNulls(vector.nulls, positions, start, nulls, from, to);
    }
    from = to;
  }
  return { kind: 'number', values, nulls };
}

function gatherCodes(
  reader: SegmentReader,
  id: number,
  positions: Uint32Array,
  dictionary: readonly string[],
): DictionaryVector | null {
  const { blockRows } = reader.meta;
  const codes = new Uint32Array(positions.length);
  let nulls: Uint8Array | null = null;
  for (let from = 0; from < positions.length; ) {
    const block = Math.floor(positions[from] / blockRows);
    const start = block * blockRows;
    const to = stretchEnd(positions, from, start, blockRows);
    const vector = reader.column(id, block);
    if (vector.kind !== 'dictionary' || vector.dictionary !== dictionary) return null;
    copyCodes(vector.codes, positions, start, codes, from, to);
    if (vector.nulls !== null) {
      nulls ??= new Uint8Array(positions.length);
      copyNulls(vector.nulls, positions, start, nulls, from, to);
    }
    from = to;
  }
  return { kind: 'dictionary', codes, dictionary, nulls };
}

function copyNumbers(
  source: Float64Array,
  positions: Uint32Array,
  start: number,
  target: Float64Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) target[i] = source[positions[i] - start];
}

function copyCodes(
  source: Uint32Array,
  positions: Uint32Array,
  start: number,
  target: Uint32Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) target[i] = source[positions[i] - start];
}

function copyNulls(
  source: Uint8Array,
  positions: Uint32Array,
  start: number,
  target: Uint8Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) target[i] = source[positions[i] - start];
}
