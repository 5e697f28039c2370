import { HeliosError } from '../../base/errors.ts';
import type { ReadPoint } from './access.ts';
import type { Dated } from './readable.ts';

/** The error about a state that a table does not have. */
export function tooOld(
  { definition: { name, historySeconds }, oldestReadable }: Dated,
  { transaction }: ReadPoint,
): HeliosError {
  const [message, hint] =
    historySeconds === 0
      ? [
          `table "${name}" keeps no history: it can be read as it is now, not as of transaction ${transaction}`,
          `ALTER TABLE "${name}" SET (history = '30 days') keeps what it holds from then on.`,
        ]
      : [
          `transaction ${transaction} of table "${name}" is no longer readable: its history begins with transaction ${oldestReadable}`,
          'WITH (history = …) of the table, or PRAGMA min_retention_seconds, says how long it is kept.',
        ];
  return new HeliosError('SNAPSHOT_TOO_OLD', message, { hint });
}
