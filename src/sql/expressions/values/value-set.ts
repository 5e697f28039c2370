import type { Collation, SqlValue } from '../../../engine/column/types.ts';
import { valueKey } from './value-key.ts';

/** The right side of IN: a set of values under a collation, with SQL's unknown where NULL takes part. */
export class ValueSet {
  private readonly keys = new Set<number | bigint | string | null>();
  private readonly collation: Collation;
  private containsNull = false;

  constructor(collation: Collation) {
    this.collation = collation;
  }

  get isEmpty(): boolean {
    return this.keys.size === 0 && !this.containsNull;
  }

  get hasNull(): boolean {
    return this.containsNull;
  }

  add(value: SqlValue): void {
    if (value === null) this.containsNull = true;
    else this.keys.add(valueKey(value, this.collation));
  }

  /** true, false, or null where a NULL on either side leaves the answer open. */
  contains(value: SqlValue): boolean | null {
    if (this.isEmpty) return false;
    if (value === null) return null;
    if (this.keys.has(valueKey(value, this.collation))) return true;
    return this.containsNull ? null : false;
  }
}
