/** What readers at the transactions [from, until) see of some rows, counted from the first of them; null: all. */
export interface VisiblePart {
  readonly rows: Uint32Array | null;
  readonly from: number;
  readonly until: number;
}

/** When the rows of blocks were created and ended. */
export interface BlockLives {
  /** The newest transaction that created a row of the block, known without reading it. */
  newestIn(block: number): number;
  createdIn(block: number): Float64Array;
  /** Null: none has ended. */
  endedIn(block: number): Float64Array | null;
}

/** What a reader at the transaction sees of the rows [from, to) of a block. */
export function visiblePart(
  lives: BlockLives,
  block: number,
  from: number,
  to: number,
  transaction: number,
): VisiblePart {
  const newest = lives.newestIn(block);
  const created = newest <= transaction ? null : lives.createdIn(block);
  const ended = lives.endedIn(block);
  const rows = new Uint32Array(to - from);
  let count = 0;
  let since = created === null ? newest : 0;
  let until = Number.POSITIVE_INFINITY;
  for (let row = from; row < to; row++) {
    const began = created === null ? newest : created[row];
    const end = ended === null ? Number.POSITIVE_INFINITY : ended[row];
    // Without a branch for what follows no pattern: a row is kept by going on behind it.
    rows[count] = row - from;
    count += Number(began <= transaction && end > transaction);
    if (began <= transaction) since = Math.max(since, began);
    else until = Math.min(until, began);
    if (end <= transaction) since = Math.max(since, end);
    else until = Math.min(until, end);
  }
  return { rows: count === rows.length ? null : rows.slice(0, count), from: since, until };
}
