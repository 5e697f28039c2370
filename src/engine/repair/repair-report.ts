/** What a repair has saved and what not, as plain data. */
export interface RepairReport {
  readonly tables: readonly RepairedTable[];
  readonly log: RepairedLog;
  /** Null where the way from a superblock in its slot to the manifest was whole. */
  readonly way: RepairedWay | null;
  /** Nothing that was committed is missing. */
  readonly isWhole: boolean;
}

/** A copy of a superblock that was taken instead. Whether it is the newest one nobody knows. */
export interface RepairedWay {
  /** Where it lies in the main file. */
  readonly copyAtByte: number;
  /** The last one before the log's that it leads to. */
  readonly transaction: number;
  /** What is wrong with the slots, or with the manifest that they name. */
  readonly why: string;
}

export interface RepairedTable {
  readonly name: string;
  /** Rows that the new file has. */
  readonly rows: number;
  readonly lost: readonly LostRows[];
}

/** Rows of one segment that no checksum vouches for. */
export interface LostRows {
  readonly segment: number;
  /** The stretch of the main file that the segment takes. */
  readonly fromByte: number;
  readonly lengthBytes: number;
  /** All lost rows lie in here; others that are not lost may too. */
  readonly rowids: readonly [from: number, to: number];
  /** At most: transactions of the log may have ended some of them. */
  readonly rows: number;
  /** The first thing that was found to be damaged. */
  readonly why: string;
}

export interface RepairedLog {
  /** Whole transactions that were taken from the log. */
  readonly transactions: number;
  /** What is damaged behind them; null where nothing is. */
  readonly problem: string | null;
}
