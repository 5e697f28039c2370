import { HeliosError } from '../../base/errors.ts';
import type { TableDefinition } from '../catalog/definitions.ts';
import type { ReadPoint } from './access.ts';

interface Dated {
  readonly definition: TableDefinition;
  readonly oldestReadable: number;
}

/** Throws SNAPSHOT_TOO_OLD where the table no longer has, or never keeps, the state that a reader there asks for. */
export function assertReadable(table: Dated, at: ReadPoint): void {
  const { definition, oldestReadable } = table;
  if (at.transaction < oldestReadable || (definition.historySeconds === 0 && at.isPast === true))
    throw tooOld(table, at);
}

function tooOld(
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
