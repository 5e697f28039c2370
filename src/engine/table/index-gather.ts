import type { ColumnVector, DictionaryVector, NumberVector } from '../column/vector.ts';
import * as narrowing from '../segment/narrow-block.ts';
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
  const blocks = new GatheredBlocks(reader, id);
  const first = blocks.block(Math.floor(positions[0] / blockRows));
  switch (first.kind) {
    case 'number':
    case 'narrow numbers':
      return gatherNumbers(blocks, blockRows, positions);
    case 'dictionary':
    case 'narrow codes':
      return gatherCodes(blocks, blockRows, positions, first.dictionary);
    default:
      return null;
  }
}

type GatheredBlock = narrowing.NarrowBlock | ColumnVector;

/** The blocks of a column, each looked up once: narrow where they can be, as few values of each are wanted. */
class GatheredBlocks {
  private readonly reader: SegmentReader;
  private readonly id: number;
  private readonly known: (GatheredBlock | undefined)[];

  constructor(reader: SegmentReader, id: number) {
    this.reader = reader;
    this.id = id;
    this.known = new Array(reader.blockCount);
  }

  block(b: number): GatheredBlock {
    const known = this.known[b];
    if (known !== undefined) return known;
    const block = this.reader.open(this.id).blocks.narrow(b, narrowing) ?? this.reader.column(this.id, b);
    this.known[b] = block;
    return block;
  }
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

function gatherNumbers(blocks: GatheredBlocks, blockRows: number, positions: Uint32Array): NumberVector | null {
  const values = new Float64Array(positions.length);
  let nulls: Uint8Array | null = null;
  for (let from = 0; from < positions.length; ) {
    const start = positions[from] - (positions[from] % blockRows);
    const block = blocks.block(start / blockRows);
    const to = stretchEnd(positions, from, start, start + blockRows);
    if (block.kind === 'narrow numbers') widen(block, positions, start, from, to, values);
    else if (block.kind === 'number') pickNumbers(block.values, positions, start, from, to, values);
    else return null;
    if (block.nulls !== null) {
      nulls ??= new Uint8Array(positions.length);
      pickNulls(block.nulls, positions, start, from, to, nulls);
    }
    from = to;
  }
  return { kind: 'number', values, nulls };
}

function gatherCodes(
  blocks: GatheredBlocks,
  blockRows: number,
  positions: Uint32Array,
  dictionary: readonly string[],
): DictionaryVector | null {
  const codes = new Uint32Array(positions.length);
  let nulls: Uint8Array | null = null;
  for (let from = 0; from < positions.length; ) {
    const start = positions[from] - (positions[from] % blockRows);
    const block = blocks.block(start / blockRows);
    const to = stretchEnd(positions, from, start, start + blockRows);
    if ((block.kind !== 'narrow codes' && block.kind !== 'dictionary') || block.dictionary !== dictionary) return null;
    if (block.kind === 'narrow codes') widenCodes(block.codes, positions, start, from, to, codes);
    else pickCodes(block.codes, positions, start, from, to, codes);
    if (block.nulls !== null) {
      nulls ??= new Uint8Array(positions.length);
      pickNulls(block.nulls, positions, start, from, to, nulls);
    }
    from = to;
  }
  return { kind: 'dictionary', codes, dictionary, nulls };
}

/** Behind the positions from `from` on that lie in the block [start, end). */
function stretchEnd(positions: Uint32Array, from: number, start: number, end: number): number {
  let to = from + 1;
  while (to < positions.length && positions[to] >= start && positions[to] < end) to++;
  return to;
}

// From here on: what lies at positions[from, to) of a block that begins at `start`, into the same places of the last argument.

function widen(
  { integers, low, power }: narrowing.NarrowNumbers,
  positions: Uint32Array,
  start: number,
  from: number,
  to: number,
  values: Float64Array,
): void {
  for (let i = from; i < to; i++) values[i] = low + integers[positions[i] - start];
  if (power !== 1) for (let i = from; i < to; i++) values[i] /= power;
}

function pickNumbers(
  block: Float64Array,
  positions: Uint32Array,
  start: number,
  from: number,
  to: number,
  values: Float64Array,
): void {
  for (let i = from; i < to; i++) values[i] = block[positions[i] - start];
}

function widenCodes(
  block: Uint16Array,
  positions: Uint32Array,
  start: number,
  from: number,
  to: number,
  codes: Uint32Array,
): void {
  for (let i = from; i < to; i++) codes[i] = block[positions[i] - start];
}

function pickCodes(
  block: Uint32Array,
  positions: Uint32Array,
  start: number,
  from: number,
  to: number,
  codes: Uint32Array,
): void {
  for (let i = from; i < to; i++) codes[i] = block[positions[i] - start];
}

function pickNulls(
  block: Uint8Array,
  positions: Uint32Array,
  start: number,
  from: number,
  to: number,
  nulls: Uint8Array,
): void {
  for (let i = from; i < to; i++) nulls[i] = block[positions[i] - start];
}
