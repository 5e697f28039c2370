import type { ColumnVector } from '../engine/column/vector.ts';
import type { OutputColumn } from '../sql/cursor.ts';
import { type PresentOptions, type VectorPresenter, vectorPresenter } from '../sql/expressions/coercion/present.ts';
import { type StaticType, typeName } from '../sql/expressions/static-type.ts';
import type { ResultColumn } from './types.ts';

export type RowMode = 'object' | 'array';

export function publicColumns(columns: readonly OutputColumn[]): ResultColumn[] {
  return columns.map(({ name, type }) => ({ name, type: typeName(type) }));
}

/** Makes rows of vectors, as users see them. */
export class RowBuilder {
  private readonly names: readonly string[];
  private readonly readers: readonly VectorPresenter[];
  private readonly mode: RowMode;

  constructor(columns: readonly OutputColumn[], options: PresentOptions, mode: RowMode = 'object') {
    this.names = columns.map(({ name }) => name);
    this.readers = columns.map(({ type }) => readerOf(type, options));
    this.mode = mode;
  }

  /** Appends rows: the selected ones, or the first `count` when `selection` is null. */
  append(vectors: readonly ColumnVector[], selection: Uint32Array | null, count: number, into: unknown[]): void {
    const { names, readers } = this;
    if (this.mode === 'array') appendArrays(readers, vectors, selection, count, into);
    else appendObjects(names, readers, vectors, selection, count, into);
  }
}

function readerOf(type: StaticType, options: PresentOptions): VectorPresenter {
  const read = vectorPresenter(type, options);
  if (type.kind !== 'BLOB' && type.kind !== 'ANY') return read;
  // The engine's own bytes may be shared with its cache: users get a copy that they may write to.
  return (vector, row) => {
    const value = read(vector, row);
    return value instanceof Uint8Array ? new Uint8Array(value) : value;
  };
}

function appendArrays(
  readers: readonly VectorPresenter[],
  vectors: readonly ColumnVector[],
  selection: Uint32Array | null,
  count: number,
  into: unknown[],
): void {
  const width = readers.length;
  for (let k = 0; k < count; k++) {
    const i = selection === null ? k : selection[k];
    const row: unknown[] = new Array(width);
    for (let c = 0; c < width; c++) row[c] = readers[c](vectors[c], i);
    into.push(row);
  }
}

function appendObjects(
  names: readonly string[],
  readers: readonly VectorPresenter[],
  vectors: readonly ColumnVector[],
  selection: Uint32Array | null,
  count: number,
  into: unknown[],
): void {
  const width = names.length;
  for (let k = 0; k < count; k++) {
    const i = selection === null ? k : selection[k];
    // In this order V8 keeps the object's fast form; Object.create(null) makes a hash table, five times as slow.
    const row: Record<string, unknown> = Object.setPrototypeOf({}, null);
    for (let c = 0; c < width; c++) row[names[c]] = readers[c](vectors[c], i);
    into.push(row);
  }
}
