import { finish, type Work } from '../../src/base/work.ts';
import type { ColumnVector } from '../../src/engine/column/vector.ts';
import { FRESH } from '../../src/engine/column/vector-room.ts';
import type { Extent } from '../../src/engine/extent/layout.ts';
import type { SegmentMeta } from '../../src/engine/segment/segment-format.ts';
import {
  buildSegment,
  type SegmentColumnSource,
  type SegmentImage,
  type SegmentSource,
  storeSegment,
} from '../../src/engine/segment/segment-writer.ts';
import type { StorageFile } from '../../src/storage/storage.ts';

/** A segment whose columns are there already. */
export interface WholeSource extends Omit<SegmentSource, 'codes' | 'columns' | 'indexes'> {
  readonly columns: readonly (Omit<SegmentColumnSource, 'vector'> & { vector(): ColumnVector })[];
  readonly indexes: readonly { readonly id: number; permutation(): Uint32Array }[];
}

function* inOneStep<T>(make: () => T): Work<T> {
  yield 1;
  return make();
}

export function buildWhole(source: WholeSource): SegmentImage {
  const columns = source.columns.map((column) => ({ ...column, vector: () => inOneStep(() => column.vector()) }));
  const indexes = source.indexes.map(({ id, permutation }) => ({ id, permutation: () => inOneStep(permutation) }));
  return finish(buildSegment({ ...source, codes: FRESH, columns, indexes }));
}

export function storeWhole(file: StorageFile, pageSize: number, extent: Extent, image: SegmentImage): SegmentMeta {
  return finish(storeSegment(file, pageSize, extent, image));
}
