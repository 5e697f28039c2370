import { type FlashbackEffect, flashbackEffects } from '../../../engine/history/flashback-effects.ts';
import { STATIC_TYPES } from '../../expressions/static-type.ts';
import type { FunctionColumn, TableFunctionDefinition } from './definition.ts';

const { TEXT, INTEGER } = STATIC_TYPES;
const COLUMNS: readonly FunctionColumn[] = [
  { name: 'type', type: TEXT },
  { name: 'name', type: TEXT },
  { name: 'operation', type: TEXT },
  { name: 'inserted', type: INTEGER },
  { name: 'updated', type: INTEGER },
  { name: 'deleted', type: INTEGER },
];

/** The objects that FLASHBACK DATABASE would change; `instant`: the number of its point among those that the statement names. */
export function flashbackPreview(instant: number): TableFunctionDefinition {
  return {
    name: 'flashback_preview',
    minArguments: 0,
    maxArguments: 0,
    columns: () => COLUMNS,
    *open(_args, _types, { at, tables, instants }, need) {
      for (const effect of flashbackEffects(tables, at, instants[instant].transaction, need)) {
        const row = rowOf(effect);
        yield { column: (i) => row[i] };
      }
    },
  };
}

function rowOf({ kind, name, operation, inserted, updated, deleted }: FlashbackEffect) {
  return [kind, name, operation, BigInt(inserted), BigInt(updated), BigInt(deleted)];
}
