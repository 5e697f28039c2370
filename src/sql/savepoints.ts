import { HeliosError } from '../base/errors.ts';
import type { SavepointMark } from '../engine/transaction/write-transaction.ts';
import { sameName } from './binder/names.ts';

interface Savepoint {
  readonly name: string;
  /** null in a transaction that only reads. */
  readonly mark: SavepointMark | null;
  /** It began the transaction: releasing it commits. */
  readonly isOutermost: boolean;
}

/** The named savepoints of a transaction, as a stack; of several of one name the newest counts. */
export class Savepoints {
  private readonly stack: Savepoint[] = [];

  push(name: string, mark: SavepointMark | null, isOutermost: boolean): void {
    this.stack.push({ name, mark, isOutermost });
  }

  /** Of the newest one. */
  get newestMark(): SavepointMark | null {
    const { length } = this.stack;
    // Each statement of a transaction asks, and looking before an array's start is slow.
    return length === 0 ? null : this.stack[length - 1].mark;
  }

  isOutermost(name: string): boolean {
    return this.stack[this.indexOf(name)].isOutermost;
  }

  /** Takes the savepoint and all newer ones away. */
  release(name: string): void {
    this.stack.splice(this.indexOf(name));
  }

  /** Takes newer ones away and returns the mark of this one. */
  rewind(name: string): SavepointMark | null {
    const index = this.indexOf(name);
    this.stack.splice(index + 1);
    return this.stack[index].mark;
  }

  private indexOf(name: string): number {
    const index = this.stack.findLastIndex((savepoint) => sameName(savepoint.name, name));
    if (index < 0) throw new HeliosError('SAVEPOINT_NOT_FOUND', `no such savepoint "${name}"`);
    return index;
  }
}
