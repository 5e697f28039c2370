import { assert } from '../../base/assert.ts';
import { HeliosError } from '../../base/errors.ts';
import type { Work } from '../../base/work.ts';
import type { StorageFile } from '../../storage/storage.ts';
import type { ExtentAllocator } from '../extent/allocator.ts';
import type { Extent } from '../extent/layout.ts';
import { SegmentReader } from '../segment/segment-reader.ts';
import type { Table } from '../table/table.ts';
import { TableSegment } from '../table/table-segment.ts';
import { type CheckpointState, type PreparedCheckpoint, prepare, type TableOutcome } from './checkpoint.ts';
import type { FrozenTable } from './frozen-state.ts';

/** Bytes that are copied at once. */
const COPY_BYTES = 1024 * 1024;
/** Holes that are a smaller part of the file are not worth copying segments twice. */
const HOLES_SHARE = 1 / 16;

/**
 * Copies segments from the end of the file into free extents before them, so that the file can be cut; the manifest, which
 * is written anew, goes before its old place too. Null where none has a better place. A segment's offsets count from its
 * start: its bytes stay as they are. The log has to be empty. `mayGrow`: the file may become larger until the next call.
 */
export function prepareRelocation(
  state: CheckpointState,
  manifest: Extent,
  mayGrow: boolean,
): Work<PreparedCheckpoint> | null {
  const places = findPlaces(state, mayGrow);
  if (places.size === 0 && !hasRoomBefore(state.allocator, manifest)) return null;
  const moveIn = (frozen: FrozenTable): TableOutcome => {
    const { table } = frozen;
    assert(table.frozen === null && table.delta.length === 0, 'segments move when the log is empty');
    const retired = frozen.segments.filter((segment) => places.has(segment));
    if (retired.length === 0) return { frozen, segments: frozen.segments, retired };
    const segments = frozen.segments.map((segment) => {
      const extent = places.get(segment);
      return extent === undefined ? segment : move(state, table, segment, extent);
    });
    return { frozen, segments, retired };
  };
  const moveAll = function* (): Work<TableOutcome[]> {
    const outcomes: TableOutcome[] = [];
    for (const frozen of state.frozen.tables) {
      outcomes.push(moveIn(frozen));
      yield 1;
    }
    return outcomes;
  };
  return prepare(state, moveAll, [...places.values()]);
}

/** The last ones first, each into the first hole that it fits. */
function findPlaces({ allocator, tables }: CheckpointState, mayGrow: boolean): ReadonlyMap<TableSegment, Extent> {
  const places = new Map<TableSegment, Extent>();
  const segments = [...tables.values()].flatMap((table) => table.segments);
  segments.sort((a, b) => b.reader.meta.extent.firstPage - a.reader.meta.extent.firstPage);
  for (const segment of segments) {
    const { firstPage, pageCount } = segment.reader.meta.extent;
    const extent = allocator.allocateInGap(pageCount);
    if (extent === null) continue;
    if (extent.firstPage < firstPage) places.set(segment, extent);
    else allocator.giveBack(extent);
  }
  const hasHoles = allocator.freePages > allocator.endPage * HOLES_SHARE;
  if (places.size === 0 && hasHoles && mayGrow) clearHoles(allocator, segments, places);
  return places;
}

/**
 * Nothing fits into any hole: everything behind the first one goes beyond the end, which makes one hole of them all, with
 * room for everything again. Nothing happens where the file may not grow by that much.
 */
function clearHoles(
  allocator: ExtentAllocator,
  segments: readonly TableSegment[],
  places: Map<TableSegment, Extent>,
): void {
  const hole = allocator.firstFreePage ?? allocator.endPage;
  const behind = segments.filter((segment) => segment.reader.meta.extent.firstPage > hole);
  const pages = behind.reduce((sum, segment) => sum + segment.reader.meta.extent.pageCount, 0);
  if (pages > allocator.growthPages) return;
  for (const segment of behind) places.set(segment, allocator.allocateAtEnd(segment.reader.meta.extent.pageCount));
}

function hasRoomBefore(allocator: ExtentAllocator, { firstPage, pageCount }: Extent): boolean {
  const extent = allocator.allocateInGap(pageCount);
  if (extent === null) return false;
  allocator.giveBack(extent);
  return extent.firstPage < firstPage;
}

function move(state: CheckpointState, table: Table, segment: TableSegment, extent: Extent): TableSegment {
  const { file, pageSize, cache } = state;
  const { meta } = segment.reader;
  copy(file, meta.extent.firstPage * pageSize, extent.firstPage * pageSize, extent.pageCount * pageSize);
  const moved = new TableSegment(new SegmentReader(file, pageSize, { ...meta, extent }, cache), table);
  const { positions, transactions } = segment.endedRows();
  for (let i = 0; i < positions.length; i++) moved.end(positions[i], transactions[i]);
  return moved;
}

/** Throws IO where a second look at both places sees other bytes: a wrong read would become damage. */
function copy(file: StorageFile, from: number, to: number, lengthBytes: number): void {
  const buffer = new Uint8Array(Math.min(COPY_BYTES, lengthBytes));
  const copied = new Uint8Array(buffer.length);
  for (let done = 0; done < lengthBytes; done += buffer.length) {
    const part = buffer.subarray(0, Math.min(buffer.length, lengthBytes - done));
    readAll(file, part, from + done);
    file.write(part, to + done);
    const again = copied.subarray(0, part.length);
    for (const at of [from + done, to + done]) {
      readAll(file, again, at);
      if (!again.every((byte, i) => byte === part[i])) {
        const message = `${file.name}: the ${part.length} bytes at ${from + done} were read in two ways while they were copied to ${to + done}; nothing has changed, try again`;
        throw new HeliosError('IO', message);
      }
    }
  }
}

function readAll(file: StorageFile, into: Uint8Array, at: number): void {
  if (file.read(into, at) === into.length) return;
  throw new HeliosError('CORRUPT', `${file.name}: it ends at byte ${file.size()}, inside of a segment`);
}
