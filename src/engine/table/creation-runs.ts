import { lowerBound } from '../../base/lower-bound.ts';

/** Two numbers of a run. */
const RUN_BYTES = 16;

/**
 * Who created the rows of a delta. Transactions append one after the other, so that each has one run of rows, however
 * many they are.
 */
export class CreationRuns {
  /** By run: its first row, and its transaction; both ascending. */
  private readonly firstRows: number[] = [];
  private readonly transactions: number[] = [];

  /** To be told before a transaction's rows are appended at `row`; nothing new to those of the last one. */
  begin(row: number, transaction: number): void {
    const last = this.transactions.length - 1;
    if (last >= 0 && this.transactions[last] === transaction) return;
    this.firstRows.push(row);
    this.transactions.push(transaction);
  }

  /** The transaction that created the row. */
  get(row: number): number {
    const { firstRows, transactions } = this;
    let run = firstRows.length - 1;
    if (row < firstRows[run]) run = countUpTo(firstRows, row) - 1;
    return transactions[run];
  }

  /** Of so many rows, how many the transactions up to that one have created: they come first. */
  rowsUntil(transaction: number, rowCount: number): number {
    const run = countUpTo(this.transactions, transaction);
    return run < this.firstRows.length ? this.firstRows[run] : rowCount;
  }

  /** Writes the transactions of the rows from `row` on, as many as there is room for. */
  copyTo(into: Float64Array, row: number): void {
    const { firstRows, transactions } = this;
    for (
      let run = Math.max(0, countUpTo(firstRows, row) - 1);
      run < firstRows.length && firstRows[run] < row + into.length;
      run++
    ) {
      const end = run + 1 < firstRows.length ? firstRows[run + 1] - row : into.length;
      into.fill(transactions[run], Math.max(0, firstRows[run] - row), Math.max(0, end));
    }
  }

  /** Forgets every row from `length` on. */
  truncate(length: number): void {
    while (this.firstRows.length > 0 && this.firstRows[this.firstRows.length - 1] >= length) {
      this.firstRows.pop();
      this.transactions.pop();
    }
  }

  sizeBytes(): number {
    return this.firstRows.length * RUN_BYTES;
  }
}

/** How many of the ascending numbers are not above `value`. */
function countUpTo(ascending: readonly number[], value: number): number {
  return lowerBound(ascending.length, (k) => ascending[k] <= value);
}
