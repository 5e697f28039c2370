import type { ScanReads } from '../../engine/table/access.ts';
import type { Batch } from '../expressions/batch.ts';
import type { ExecutionContext } from './execution-context.ts';

/**
 * A running operator: `open`, then `next` until null. It may be opened again at any time. A batch is valid until the
 * next call of `next` or `open`. A batch whose selectedCount is 0 means "not done yet, call again": blocking operators
 * consume one batch of their input per call, so that the caller may stop between any two.
 */
export interface Operator {
  open(context: ExecutionContext): void;
  next(): Batch | null;
  /** Of operators that read a table: what they have read since they were opened; null: nothing. */
  reads?(): ScanReads | null;
}
