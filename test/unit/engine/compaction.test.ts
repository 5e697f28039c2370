import { expect, test } from 'vitest';
import { chooseMerges, chooseVacuumMerges } from '../../../src/engine/jobs/compaction.ts';
import type { TableSegment } from '../../../src/engine/table/table-segment.ts';

const SEGMENT_ROWS = 100_000;
const LIMITS = { rows: SEGMENT_ROWS, bytes: 10_000_000 };

function segmentOf(rowCount: number, endedCount = 0, lengthBytes = rowCount): TableSegment {
  const meta = { kind: 'current', rowCount, lengthBytes, minEnded: 0, maxEnded: 0 };
  return { rowCount, endedCount, reader: { meta, hasIndex: () => true } } as unknown as TableSegment;
}

function sizesOf(groups: readonly (readonly TableSegment[])[]): number[][] {
  return groups.map((group) => group.map(({ rowCount }) => rowCount));
}

test('what is merged fits into one segment', () => {
  const segments = [40_000, 40_000, 40_000, 40_000, 40_000, 40_000, 50_000, 50_000, 33_000].map((rows) =>
    segmentOf(rows),
  );
  expect(sizesOf(chooseMerges({ segments, indexes: [] }, 0, LIMITS))).toEqual([
    [40_000, 40_000],
    [40_000, 40_000],
    [40_000, 40_000],
    [50_000, 50_000],
  ]);
  expect(sizesOf(chooseVacuumMerges({ segments, indexes: [] }, 0, LIMITS))).toHaveLength(4);
});

test('segments are merged when eight of a size have gathered, but for those of more than half of the most rows', () => {
  const small = Array.from({ length: 7 }, () => segmentOf(1000));
  expect(chooseMerges({ segments: small, indexes: [] }, 0, LIMITS)).toEqual([]);
  const enough = [...small, segmentOf(1000)];
  expect(sizesOf(chooseMerges({ segments: enough, indexes: [] }, 0, LIMITS))).toEqual([new Array(8).fill(1000)]);
  const large = Array.from({ length: 8 }, () => segmentOf(SEGMENT_ROWS / 2 + 1));
  expect(chooseMerges({ segments: large, indexes: [] }, 0, LIMITS)).toEqual([]);
});

test('a segment of which much has ended is rewritten alone', () => {
  const segments = [segmentOf(1000, 301), segmentOf(1000, 299)];
  expect(chooseMerges({ segments, indexes: [] }, 0, LIMITS)).toEqual([[segments[0]]]);
});

test('rows of many bytes are merged in fewer', () => {
  const segments = Array.from({ length: 9 }, () => segmentOf(1000, 0, 4_000_000));
  expect(sizesOf(chooseMerges({ segments, indexes: [] }, 0, LIMITS))).toEqual(new Array(4).fill([1000, 1000]));
  const full = Array.from({ length: 9 }, () => segmentOf(1000, 0, 6_000_000));
  expect(chooseMerges({ segments: full, indexes: [] }, 0, LIMITS)).toEqual([]);
});
