import type { SourceRange } from '../ast/node.ts';
import { bindError } from './binder.ts';

/** All rows of VALUES have as many values as the first. */
export function checkRowWidths(rows: readonly (readonly SourceRange[])[]): void {
  const width = rows[0].length;
  for (const row of rows) {
    if (row.length === width) continue;
    const counts = `the first row has ${width}, this one ${row.length}`;
    throw bindError('INVALID_STATEMENT', `all VALUES must have the same number of terms: ${counts}`, row[0]);
  }
}
