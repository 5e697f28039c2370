import type { TableDefinition } from '../catalog/definitions.ts';
import type { ReadPoint } from './access.ts';
import { TOO_OLD } from './late-parts.ts';

export interface Dated {
  readonly definition: TableDefinition;
  readonly oldestReadable: number;
}

/** Throws SNAPSHOT_TOO_OLD where the table no longer has, or never keeps, the state that a reader there asks for. */
export function assertReadable(table: Dated, at: ReadPoint): void {
  const { definition, oldestReadable } = table;
  if (at.transaction < oldestReadable || (definition.historySeconds === 0 && at.isPast === true))
    throw TOO_OLD.get().tooOld(table, at);
}
