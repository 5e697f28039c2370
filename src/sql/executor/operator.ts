import type { ZoneMap } from '../../engine/segment/segment-format.ts';
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
  /**
   * Takes rows without reading them, in place of {@link next}, where zone maps tell all that `isEnough` wants to know.
   * Answers whether it has taken some.
   */
  takeKnown?(isEnough: IsEnough): boolean;
  /** Bytes that it has put into the file for want of memory, all executions together. */
  spilledBytes?(): number;
  /** Of operators that read a table: what they have read since they were opened; null: nothing. */
  reads?(): ScanReads | null;
}

/** `zone` gives the zone map of the i-th column: of the rows, or of more than those where they are not whole blocks. */
export type IsEnough = (rowCount: number, zone: (column: number) => ZoneMap, isWhole: boolean) => boolean;
