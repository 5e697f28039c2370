import { assert } from '../../base/assert.ts';
import { LIVE } from '../catalog/catalog.ts';
import type { TableSegment } from '../table/table-segment.ts';
import type { TableOutcome } from './checkpoint.ts';

/** Rows that transactions since `transaction` have ended lie in new segments as live ones: ends them there too. */
export function carryEnds({ frozen: state, segments, retired }: TableOutcome, transaction: number): void {
  const { table, endedCount, isForgotten } = state;
  const written = segments.filter((segment) => !state.segments.includes(segment));
  const { frozen } = table;
  if (isForgotten) return;
  // Rows of a frozen delta are ended by later transactions only.
  if (frozen !== null && frozen.endedCount > endedCount) {
    for (let position = 0; position < frozen.length; position++) {
      const ended = frozen.ended.get(position);
      if (ended !== LIVE && ended > transaction)
        endVersion(written, frozen.rowids.get(position), frozen.created.get(position), ended);
    }
  }
  for (const segment of retired) {
    const { reader } = segment;
    const { positions, transactions } = segment.endedRows();
    for (let i = 0; i < positions.length; i++) {
      if (transactions[i] > transaction)
        endVersion(written, reader.rowidAt(positions[i]), reader.createdAt(positions[i]), transactions[i]);
    }
  }
}

/** Of the versions of a row that one transaction created, the newest is the only one that is written. */
function endVersion(segments: readonly TableSegment[], rowid: number, created: number, ended: number): void {
  for (const segment of segments) {
    const { reader } = segment;
    const { meta } = reader;
    const mayHave = rowid >= meta.minRowid && rowid <= meta.maxRowid && created <= meta.maxCreated;
    const first = mayHave && meta.kind === 'current' ? reader.findRowid(rowid) : -1;
    const end = first < 0 ? first : reader.rowidRunEnd(first);
    for (let position = first; position < end; position++) {
      if (reader.createdAt(position) !== created) continue;
      segment.end(position, ended);
      return;
    }
  }
  assert(false, 'a row that has ended since the checkpoint began is in its segments');
}
