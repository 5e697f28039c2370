import type { AsOfPoint } from '../ast/table-references.ts';
import { castTo } from '../expressions/build.ts';
import { EXTENDED_TYPES } from '../expressions/late-parts.ts';
import { STATIC_TYPES } from '../expressions/static-type.ts';
import type { FromContext } from './bind-from.ts';
import { bindStandalone } from './bind-snapshot.ts';
import { at, type Binder, bindError, type InstantInPlan, notSupported } from './binder.ts';
import type { ScopeColumn } from './scope.ts';

/** The binder of a table reference with AS OF: it finds names as they were at that instant. */
export function binderAt(node: AsOfPoint, name: string, isCommonTable: boolean, { binder }: FromContext): Binder {
  if (isCommonTable) {
    const message = 'a WITH table has no history of its own: write AS OF behind the tables of its query';
    throw bindError('INVALID_STATEMENT', message, node);
  }
  const instant = instantOf(node, name, binder);
  return binder.asOf(instant.at, instant.slot);
}

/** Names of the past stay what they are, whatever ALTER TABLE calls the table's columns now. */
export function columnsOfThen(columns: readonly ScopeColumn[]): readonly ScopeColumn[] {
  return columns.map(({ origin, ...column }) => column);
}

/** A point of the history that the statement reads; `name`: the table that it is read for; null: all of them. */
export function instantOf({ unit, point: written }: AsOfPoint, name: string | null, binder: Binder): InstantInPlan {
  if (binder.instants === null) throw notSupported('AS OF here', written);
  const source = binder.instants();
  const point = bindStandalone(written, binder.within(binder.sql, binder.schema), 'AS OF');
  if (unit === 'TIMESTAMP') EXTENDED_TYPES.get();
  const typed = unit === 'TIMESTAMP' ? castTo(point, STATIC_TYPES.TIMESTAMP) : point;
  return at(written, () => source.add(unit, typed, name));
}
