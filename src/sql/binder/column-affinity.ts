import type { ColumnType } from '../../engine/column/types.ts';
import { type Affinity, affinityOfType } from '../expressions/affinity-kind.ts';
import { isNumeric } from './bind-type.ts';

/** The affinity of a table's column. */
export function columnAffinity(type: ColumnType): Affinity {
  return isNumeric(type) ? 'NUMERIC' : affinityOfType(type);
}
