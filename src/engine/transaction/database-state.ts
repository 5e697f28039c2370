import type { Catalog } from '../catalog/catalog.ts';
import type { ExtentAllocator } from '../extent/allocator.ts';
import type { Table } from '../table/table.ts';
import type { CommitLog } from './commit-log.ts';
import type { Erasure } from './erasures.ts';

/** The database's state in memory, as its files tell it. */
export interface DatabaseState {
  readonly catalog: Catalog;
  readonly commitLog: CommitLog;
  /** By id; users' tables, dropped ones among them, and the system's own. */
  readonly tables: Map<number, Table>;
  readonly allocator: ExtentAllocator;
  nextSegmentId: number;
  /** Versions that had ended by this transaction may be gone. */
  oldestReadable: number;
  /** Rows are erased, and what is free of the file still has bytes of theirs, or the record is missing; null mostly. */
  erasure: Erasure | null;
}
