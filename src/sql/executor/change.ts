import type { ConflictPolicy } from '../../engine/catalog/definitions.ts';
import type { WriteTransaction } from '../../engine/transaction/write-transaction.ts';
import type { Effects } from './effects.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { ReturnedRows } from './returned-rows.ts';

/** What a change runs in. */
export interface ChangeContext {
  readonly context: ExecutionContext;
  readonly transaction: WriteTransaction;
  /** Called from time to time; throws to stop the statement. */
  readonly interrupt: () => void;
  readonly effects: Effects;
  /** What an enclosing statement says about conflicts, which overrules the change's own policy; null: nothing. */
  readonly policy: ConflictPolicy | null;
}

/** What a change did. */
export interface ChangeResult {
  changes: number;
  /** null: no row was inserted. */
  lastInsertRowid: number | null;
  /** RETURNING's rows, which whoever gets the result closes; null: none. */
  returned: ReturnedRows | null;
}

/** A running INSERT, UPDATE or DELETE. */
export interface Change {
  /** `result` takes what was done, up to where it fails. */
  run(change: ChangeContext, result: ChangeResult): void;
}

/** Rows between two looks at `interrupt`. */
export const INTERRUPT_ROWS = 1024;

export function emptyResult(): ChangeResult {
  return { changes: 0, lastInsertRowid: null, returned: null };
}
