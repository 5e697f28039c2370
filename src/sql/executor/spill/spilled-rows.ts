import { assert } from '../../../base/assert.ts';
import { ByteReader, ByteWriter } from '../../../base/bytes.ts';
import { decodeColumn, encodeColumn } from '../../../engine/column/encodings/registry.ts';
import type { PhysicalKind } from '../../../engine/column/types.ts';
import type { ColumnVector } from '../../../engine/column/vector.ts';
import { TemporaryBlocks, type TemporarySpace } from '../../../engine/spill/temporary-blocks.ts';
import { type Batch, VectorBatch } from '../../expressions/batch.ts';
import type { Held, OperatorMemory, StatementMemory } from '../operator-memory.ts';
import type { RowBuffer } from '../row-buffer.ts';
import { blockRows } from './block-sizes.ts';

/** Rows in temporary blocks of the file, encoded by columns. They are read as often as wanted, until they are released. */
export class SpilledRows implements Held {
  /** Of all blocks. */
  length = 0;
  private readonly kinds: readonly PhysicalKind[];
  private readonly memory: OperatorMemory;
  private readonly statement: StatementMemory;
  private readonly blocks: TemporaryBlocks;
  private readonly rowCounts: number[] = [];
  private readonly writer = new ByteWriter();

  /** `memory`: of the operator that they belong to. */
  constructor(kinds: readonly PhysicalKind[], memory: OperatorMemory) {
    this.kinds = kinds;
    this.memory = memory;
    this.statement = memory.of;
    this.blocks = new TemporaryBlocks(memory.of.space as TemporarySpace);
    this.statement.keep(this);
  }

  get blockCount(): number {
    return this.rowCounts.length;
  }

  /** Appends rows as one block; `column` gives vectors whose first `count` rows are meant. */
  append(column: (i: number) => ColumnVector, count: number): void {
    if (count === 0) return;
    const { writer, kinds } = this;
    writer.clear();
    for (let i = 0; i < kinds.length; i++) writeVector(writer, kinds[i], column(i), count);
    this.blocks.append(writer.bytes());
    this.memory.spilledBytes += writer.length;
    this.rowCounts.push(count);
    this.length += count;
  }

  block(b: number): Batch {
    const count = this.rowCounts[b];
    const reader = new ByteReader(this.blocks.read(b), 'rows of a statement');
    const vectors = this.kinds.map((kind) => readVector(reader, kind, count));
    assert(reader.remaining === 0, 'a block of rows is its columns');
    return new VectorBatch(vectors, count);
  }

  release(): void {
    this.statement.forget(this);
    this.blocks.release();
    this.rowCounts.length = 0;
    this.length = 0;
  }
}

/** Writes the rows of a buffer as they are, and clears it. */
export function spillBuffer(rows: RowBuffer, to: SpilledRows, memory: OperatorMemory): void {
  const step = blockRows(rows, memory);
  for (let from = 0; from < rows.length; from += step) {
    const count = Math.min(step, rows.length - from);
    const part = rows.rows(
      Int32Array.from({ length: count }, (_, k) => from + k),
      count,
    );
    to.append((i) => part.column(i), count);
  }
  rows.clear();
}

/** A column of numbers may have come to hold values of several types: then they are stored with their types. */
function writeVector(writer: ByteWriter, kind: PhysicalKind, vector: ColumnVector, count: number): void {
  const isMixed = vector.kind === 'value' && (kind === 'integer' || kind === 'real');
  writer.u8(isMixed ? 1 : 0);
  encodeColumn(writer, isMixed ? 'any' : kind, vector, 0, count);
}

function readVector(reader: ByteReader, kind: PhysicalKind, count: number): ColumnVector {
  const isMixed = reader.u8() === 1;
  return decodeColumn(reader, isMixed ? 'any' : kind, count, null);
}
