import type { RowLocation } from '../table/access.ts';
import type { ChangeTracker, Table } from '../table/table.ts';
import type { WriteTransaction } from './write-transaction.ts';

/** Takes changes of system tables into a transaction, which logs and undoes them like others, and gives them no SCN. */
export class UncountedChanges implements ChangeTracker {
  private readonly inner: WriteTransaction;

  constructor(inner: WriteTransaction) {
    this.inner = inner;
  }

  get transaction(): number {
    return this.inner.transaction;
  }

  touch(table: Table): void {
    this.inner.touch(table);
  }

  didEnd(table: Table, location: RowLocation): void {
    this.inner.didEnd(table, location);
  }

  didChange(): void {
    // The SCN counts changes of users' rows.
  }
}
