import type { ColumnVector, DictionaryVector, NumberVector } from '../column/vector.ts';
import type { SegmentReader } from '../segment/segment-reader.ts';

/** Below so many rows a block, one value at a time is cheaper than decoding the block. */
const ROWS_WORTH_A_BLOCK = 8;

/**
 * The values of column `id` at the given positions of a segment, in their order, by way of whole decoded blocks. Null
 * where that does not pay, since the positions lie in many blocks, or where the blocks are not of one plain kind.
 */
export function gatherFromBlocks(reader: SegmentReader, id: number, positions: Uint32Array): ColumnVector | null {
  const { blockRows } = reader.meta;
  if (!isWorthBlocks(positions, blockRows, reader.blockCount)) return null;
  const first = reader.column(id, Math.floor(positions[0] / blockRows));
  if (first.kind === 'number') return gatherNumbers(reader, id, positions);
  return first.kind === 'dictionary' ? gatherCodes(reader, id, positions, first.dictionary) : null;
}

function isWorthBlocks(positions: Uint32Array, blockRows: number, blockCount: number): boolean {
  let left = Math.floor(positions.length / ROWS_WORTH_A_BLOCK);
  if (left === 0) return false;
  if (left >= blockCount) return true;
  const isCounted = new Uint8Array(blockCount);
  let start = -blockRows;
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i];
    if (position >= start && position < start + blockRows) continue;
    start = position - (position % blockRows);
    const block = start / blockRows;
    if (isCounted[block] === 1) continue;
    isCounted[block] = 1;
    if (--left < 0) return false;
  }
  return true;
}

function gatherNumbers(reader: SegmentReader, id: number, positions: Uint32Array): NumberVector | null {
  const { blockRows } = reader.meta;
  const blocks: (NumberVector | undefined)[] = new Array(reader.blockCount);
  const values = new Float64Array(positions.length);
  let nulls: Uint8Array | null = null;
  let start = -blockRows;
  let block!: NumberVector;
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i];
    if (position < start || position >= start + blockRows) {
      start = position - (position % blockRows);
      const b = start / blockRows;
      const vector = blocks[b] ?? reader.column(id, b);
      if (vector.kind !== 'number') return null;
      blocks[b] = vector;
      block = vector;
    }
    values[i] = block.values[position - start];
    if (block.nulls === null) continue;
    nulls ??= new Uint8Array(positions.length);
    nulls[i] = block.nulls[position - start];
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
  const blocks: (DictionaryVector | undefined)[] = new Array(reader.blockCount);
  const codes = new Uint32Array(positions.length);
  let nulls: Uint8Array | null = null;
  let start = -blockRows;
  let block!: DictionaryVector;
  for (let i = 0; i < positions.length; i++) {
    const position = positions[i];
    if (position < start || position >= start + blockRows) {
      start = position - (position % blockRows);
      const b = start / blockRows;
      const vector = blocks[b] ?? reader.column(id, b);
      if (vector.kind !== 'dictionary' || vector.dictionary !== dictionary) return null;
      blocks[b] = vector;
      block = vector;
    }
    codes[i] = block.codes[position - start];
    if (block.nulls === null) continue;
    nulls ??= new Uint8Array(positions.length);
    nulls[i] = block.nulls[position - start];
  }
  return { kind: 'dictionary', codes, dictionary, nulls };
}
