import type { PhysicalKind } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { OutputColumn, ResultBatch } from '../../sql/cursor.ts';
import { ColumnBuffer } from '../../sql/executor/column-buffer.ts';
import { physicalKindOf } from '../../sql/expressions/static-type.ts';

/**
 * Rows on their way to the page: one vector a column, in memory of its own that is transferred. The page makes row
 * objects of them, so that the worker's thread is free for the next statement.
 */
export interface WireChunk {
  readonly rowCount: number;
  readonly vectors: readonly ColumnVector[];
}

/** Rows of a chunk: large enough that messages cost nothing, small enough that no buffer is huge. */
const CHUNK_ROWS = 65_536;

/** Collects batches into chunks. */
export class ChunkCollector {
  readonly chunks: WireChunk[] = [];
  private readonly kinds: readonly PhysicalKind[];
  private buffers: ColumnBuffer[];
  private rowCount = 0;

  constructor(columns: readonly OutputColumn[]) {
    this.kinds = columns.map(({ type }) => physicalKindOf(type));
    this.buffers = this.kinds.map((kind) => new ColumnBuffer(kind));
  }

  append({ vectors, selection, count }: ResultBatch): void {
    if (count === 0) return;
    this.buffers.forEach((buffer, i) => {
      buffer.append(vectors[i], selection, count);
    });
    this.rowCount += count;
    if (this.rowCount >= CHUNK_ROWS) this.cut();
  }

  /** Ends the last chunk. */
  finish(): readonly WireChunk[] {
    if (this.rowCount > 0) this.cut();
    return this.chunks;
  }

  private cut(): void {
    this.chunks.push({ rowCount: this.rowCount, vectors: this.buffers.map((buffer) => ownVector(buffer.vector())) });
    this.buffers = this.kinds.map((kind) => new ColumnBuffer(kind));
    this.rowCount = 0;
  }
}

/** The vector in memory that nobody else has, and a dictionary of no more than the texts that occur. */
function ownVector(vector: ColumnVector): ColumnVector {
  switch (vector.kind) {
    case 'number':
      return { kind: 'number', values: vector.values.slice(), nulls: vector.nulls?.slice() ?? null };
    case 'bigint':
      return { kind: 'bigint', values: vector.values.slice(), nulls: vector.nulls?.slice() ?? null };
    case 'dictionary':
      return compacted(vector.codes, vector.dictionary, vector.nulls);
    case 'value':
      return vector;
  }
}

function compacted(from: Uint32Array, dictionary: readonly string[], nulls: Uint8Array | null): ColumnVector {
  const codes = new Uint32Array(from.length);
  const used: string[] = [];
  const newCodes = new Map<number, number>();
  for (let i = 0; i < from.length; i++) {
    if (nulls !== null && nulls[i] === 1) continue;
    let code = newCodes.get(from[i]);
    if (code === undefined) {
      code = used.push(dictionary[from[i]]) - 1;
      newCodes.set(from[i], code);
    }
    codes[i] = code;
  }
  return { kind: 'dictionary', codes, dictionary: used, nulls: nulls?.slice() ?? null };
}

/** The buffers of chunks, to be transferred with them. */
export function buffersOf(chunks: readonly WireChunk[]): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  for (const { vectors } of chunks) {
    for (const vector of vectors) {
      if (vector.kind === 'value') continue;
      buffers.push((vector.kind === 'dictionary' ? vector.codes : vector.values).buffer as ArrayBuffer);
      if (vector.nulls !== null) buffers.push(vector.nulls.buffer as ArrayBuffer);
    }
  }
  return buffers;
}
