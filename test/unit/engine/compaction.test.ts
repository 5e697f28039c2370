import { expect, test } from 'vitest';
import { chooseMerges, chooseVacuumMerges } from '../../../src/engine/jobs/compaction.ts';
import type { TableSegment } from '../../../src/engine/table/table-segment.ts';

const SEGMENT_ROWS = 100_000;

function segmentOf(rowCount: number, endedCount = 0): TableSegment {
  const meta = { kind: 'current', rowCount, minEnded: 0, maxEnded: 0 };
  return { rowCount, endedCount, reader: { meta, hasIndex: () => true } } as unknown as TableSegment;
}

function sizesOf(groups: readonly (readonly TableSegment[])[]): number[][] {
  return groups.map((group) => group.map(({ rowCount }) => rowCount));
}

test('what is merged fits into one segment', () => {
  const segments = [40_000, 40_000, 40_000, 40_000, 40_000, 40_000, 50_000, 50_000, 33_000].map((rows) =>
    segmentOf(rows),
  );
  expect(sizesOf(chooseMerges({ segments, indexes: [] }, 0, SEGMENT_ROWS))).toEqual([
    [40_000, 40_000],
    [40_000, 40_000],
    [40_000, 40_000],
    [50_000, 50_000],
  ]);
  expect(sizesOf(chooseVacuumMerges({ segments, indexes: [] }, 0, SEGMENT_ROWS))).toHaveLength(4);
});

test('segments are merged when eight of a size have gathered, but for those of more than half of the most rows', () => {
  const small = Array.from({ length: 7 }, () => segmentOf(1000));
  expect(chooseMerges({ segments: small, indexes: [] }, 0, SEGMENT_ROWS)).toEqual([]);
  const enough = [...small, segmentOf(1000)];
  expect(sizesOf(chooseMerges({ segments: enough, indexes: [] }, 0, SEGMENT_ROWS))).toEqual([new Array(8).fill(1000)]);
  const large = Array.from({ length: 8 }, () => segmentOf(SEGMENT_ROWS / 2 + 1));
  expect(chooseMerges({ segments: large, indexes: [] }, 0, SEGMENT_ROWS)).toEqual([]);
});

test('a segment of which much has ended is rewritten alone', () => {
  const segments = [segmentOf(1000, 301), segmentOf(1000, 299)];
  expect(chooseMerges({ segments, indexes: [] }, 0, SEGMENT_ROWS)).toEqual([[segments[0]]]);
});
