import type { RowComparator } from './sort-order.ts';

/** The rows of a window in order: partitions and, inside of them, peer groups. Rows are numbered by that order. */
export interface WindowLayout {
  readonly rowCount: number;
  /** Per row its partition's first row, and the one behind its last. */
  readonly partitionStart: Int32Array;
  readonly partitionEnd: Int32Array;
  /** Per row the same of its peers: rows that the order cannot tell apart. */
  readonly peerStart: Int32Array;
  readonly peerEnd: Int32Array;
}

export function layOut(positions: Int32Array, samePartition: RowComparator, samePeers: RowComparator): WindowLayout {
  const rowCount = positions.length;
  const startsPartition = (i: number): boolean => samePartition(positions[i - 1], positions[i]) !== 0;
  const partition = runs(rowCount, startsPartition);
  const peers = runs(rowCount, (i) => partition.start[i] === i || samePeers(positions[i - 1], positions[i]) !== 0);
  return {
    rowCount,
    partitionStart: partition.start,
    partitionEnd: partition.end,
    peerStart: peers.start,
    peerEnd: peers.end,
  };
}

/** Start and end of each row's run; `begins(i)` tells for i > 0 whether a run begins there. */
function runs(
  rowCount: number,
  begins: (i: number) => boolean,
): { readonly start: Int32Array; readonly end: Int32Array } {
  const start = new Int32Array(rowCount);
  const end = new Int32Array(rowCount);
  for (let i = 1; i < rowCount; i++) start[i] = begins(i) ? i : start[i - 1];
  for (let i = rowCount - 1; i >= 0; i--) end[i] = i === rowCount - 1 || start[i + 1] === i + 1 ? i + 1 : end[i + 1];
  return { start, end };
}
