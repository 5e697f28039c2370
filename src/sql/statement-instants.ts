import { HeliosError } from '../base/errors.ts';
import { lowerBound } from '../base/lower-bound.ts';
import type { SqlValue } from '../engine/column/types.ts';
import type { Snapshot } from '../engine/engine.ts';
import { historySetting } from '../engine/history/history-settings.ts';
import { type Instant, transactionAt } from '../engine/history/instants.ts';
import { hasName } from '../engine/history/snapshots.ts';
import type { ReadPoint } from '../engine/table/access.ts';
import type { NamedUnit, PointUnit } from './ast/table-references.ts';
import type { InstantInPlan, InstantSource } from './binder/binder.ts';
import type { BoundExpression } from './expressions/bound-expression.ts';
import { children } from './expressions/inspect.ts';
import { castToTime } from './expressions/values/time-cast.ts';
import type { HistoryPoint } from './history-point.ts';
import { type Arguments, NO_ARGUMENTS } from './parameters.ts';
import { snapshotTransaction } from './runners/snapshot-runner.ts';
import { evaluatorOf } from './runners/standalone-evaluator.ts';
import type { Session } from './session.ts';
import type { SessionCatalog } from './session-catalog.ts';

/** An AS OF of a plan. */
export interface PlannedInstant {
  readonly unit: PointUnit;
  readonly evaluate: (given: Arguments) => SqlValue;
  /** The table's or view's; null: all of them are read there. */
  readonly name: string | null;
  /** Where names were looked up: the plan holds where the catalogue says the same. */
  readonly boundAt: ReadPoint;
}

/** The instants that one statement's binding meets, in order. */
export class StatementInstants implements InstantSource {
  readonly list: PlannedInstant[] = [];
  private readonly session: Session;
  private readonly known: readonly ReadPoint[] | null;

  /** `known`: what the statement's instants are for the parameters at hand. */
  constructor(session: Session, known: readonly ReadPoint[] | null) {
    this.session = session;
    this.known = known;
  }

  add(unit: PointUnit, point: BoundExpression, name: string | null): InstantInPlan {
    const { session, known, list } = this;
    const slot = list.length;
    const evaluate = evaluatorOf(point, session);
    const now = (): ReadPoint => pointOf(session, unit, evaluate(NO_ARGUMENTS), name);
    const at = known?.[slot] ?? (hasParameter(point) ? lastSeen(session, name) : now());
    list.push({ unit, evaluate, name, boundAt: at });
    return { slot, at };
  }

  peek(unit: PointUnit, point: BoundExpression, name: string | null): ReadPoint {
    const { session } = this;
    try {
      return pointOf(session, unit, evaluatorOf(point, session)(NO_ARGUMENTS), name);
    } catch (error) {
      if (!(error instanceof HeliosError)) throw error;
      return lastSeen(session, name);
    }
  }
}

/**
 * Where a statement is bound that has not been given its parameters: in the present, which is mostly right, or where the
 * table was seen last.
 */
function lastSeen({ catalog, readPoint }: Session, name: string | null): ReadPoint {
  if (name === null || catalog.relation(readPoint, name) !== null) return readPoint;
  const ends = catalog.named(name).flatMap(({ kind, endedTxn }) => (kind === 'index' ? [] : [endedTxn]));
  return ends.length === 0 ? readPoint : { transaction: Math.max(...ends) - 1 };
}

/** The instants of one execution. Throws what {@link transactionAt} throws. */
export function resolveInstants(
  session: Session,
  instants: readonly PlannedInstant[],
  given: Arguments,
): readonly ReadPoint[] {
  return instants.map(({ unit, evaluate, name }) => pointOf(session, unit, evaluate(given), name));
}

/** True when the catalogue says the same at all instants as where they were bound. */
export function areBoundRight(
  session: Session,
  instants: readonly PlannedInstant[],
  points: readonly ReadPoint[],
): boolean {
  return instants.every(({ boundAt }, i) => {
    const { transaction } = points[i];
    if (transaction === boundAt.transaction) return true;
    const changes = changesOf(session.catalog);
    const behind = (at: number): number => lowerBound(changes.length, (k) => changes[k] <= at);
    return behind(transaction) === behind(boundAt.transaction);
  });
}

/** What {@link changesOf} has found, for as long as the catalogue stays as it is. */
const CHANGES = new WeakMap<SessionCatalog, { readonly version: number; readonly transactions: Float64Array }>();

/** The transactions that have changed a definition, ascending. */
function changesOf(catalog: SessionCatalog): Float64Array {
  const known = CHANGES.get(catalog);
  if (known?.version === catalog.version) return known.transactions;
  const changes = catalog
    .entries()
    .flatMap(({ kind, createdTxn, endedTxn }) => (kind === 'setting' ? [] : [createdTxn, endedTxn]));
  const transactions = Float64Array.from(changes).sort();
  CHANGES.set(catalog, { version: catalog.version, transactions });
  return transactions;
}

/** A snapshot of the state that was in force at the point. Throws what {@link transactionAt} throws. */
export function openPoint(session: Session, point: HistoryPoint): Snapshot {
  const { unit, value } = instantOf(point);
  return session.engine.openSnapshot(pointOf(session, unit, value, null).transaction);
}

function instantOf(point: HistoryPoint): { readonly unit: PointUnit; readonly value: SqlValue } {
  if ('transaction' in point) return { unit: 'TRANSACTION', value: point.transaction };
  if ('scn' in point) return { unit: 'SCN', value: point.scn };
  if ('snapshot' in point) return { unit: 'SNAPSHOT', value: point.snapshot };
  const { timestamp } = point;
  if (typeof timestamp === 'string') return { unit: 'TIMESTAMP', value: castToTime(timestamp, 'TIMESTAMP') };
  // A Date is a whole millisecond: `new Date()` after a commit sees it.
  return { unit: 'TIMESTAMP', value: timestamp.getTime() * 1000 + 999 };
}

/** `name`: the table or view that is read there; null: all of them are. */
function pointOf(session: Session, unit: PointUnit, value: SqlValue, name: string | null): ReadPoint {
  if (unit === 'MAXVALUE') return session.readPoint;
  if (unit === 'MINVALUE') return oldestPoint(session, name as string);
  const { engine, readPoint } = session;
  const { commitLog, lastTransaction } = engine;
  const newest = Math.min(readPoint.transaction, lastTransaction);
  const history = { commitLog, newest, oldest: name === null ? engine.oldestReadable : oldestOf(session, name) };
  const transaction = transactionAt(instantIn(session, unit, value), history);
  const isPast = transaction < newest;
  if (isPast) assertTimeTravel(session, transaction);
  return { transaction, isPast: isPast || readPoint.isPast };
}

function assertTimeTravel({ engine, readPoint }: Session, transaction: number): void {
  if (historySetting(engine.catalog, engine.current, 'time_travel_enabled') === 1) return;
  if (hasName(engine, readPoint, transaction, engine.clock.wallMicros())) return;
  throw new HeliosError('SNAPSHOT_TOO_OLD', 'time travel is off: only the present can be read, and snapshots', {
    hint: 'PRAGMA time_travel_enabled = on keeps the history from then on.',
  });
}

function instantIn(session: Session, unit: NamedUnit | 'BY VALUE', value: SqlValue): Instant {
  if (unit === 'BY VALUE') {
    if (typeof value !== 'string') return instantIn(session, 'TRANSACTION', value);
    const snapshot = /^snapshot:(.*)$/is.exec(value);
    if (snapshot !== null) return instantIn(session, 'SNAPSHOT', snapshot[1]);
    return instantIn(session, 'TIMESTAMP', castToTime(value, 'TIMESTAMP'));
  }
  if (unit !== 'SNAPSHOT') return { unit, value: numberOf(unit, value) };
  if (typeof value !== 'string') throw wrongPoint(unit, value);
  return { unit: 'TRANSACTION', value: snapshotTransaction(session, session.readPoint, value) };
}

/** Where the history of the table begins that has the name now, or had it last. */
function oldestPoint(session: Session, name: string): ReadPoint {
  const { engine, catalog, readPoint } = session;
  const definition = catalog.table(lastSeen(session, name), name);
  const isOff = historySetting(engine.catalog, engine.current, 'time_travel_enabled') === 0;
  if (isOff || definition?.historySeconds === 0) return readPoint;
  const oldest = definition === null ? engine.oldestReadable : engine.table(definition.id).oldestReadable;
  return { transaction: Math.min(oldest, readPoint.transaction), isPast: oldest < readPoint.transaction };
}

/** Tables of that name may have come and gone: which one is read shows when the point is known. */
function oldestOf({ engine, catalog }: Session, name: string): number {
  const horizons = catalog.named(name).flatMap(({ kind, definition }) => {
    // One that keeps no history says so itself.
    const isMeant = kind === 'table' && !definition.temporary && definition.historySeconds !== 0;
    return isMeant ? [engine.table(definition.id).oldestReadable] : [];
  });
  return horizons.length === 0 ? engine.oldestReadable : Math.min(...horizons);
}

function numberOf(unit: string, value: SqlValue): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  throw wrongPoint(unit, value);
}

function wrongPoint(unit: string, value: SqlValue): HeliosError {
  const shown =
    value === null
      ? 'NULL'
      : typeof value === 'string'
        ? `'${value}'`
        : value instanceof Uint8Array
          ? 'a BLOB'
          : String(value);
  return new HeliosError('TYPE_MISMATCH', `${unit} cannot take ${shown}`);
}

function hasParameter(expression: BoundExpression): boolean {
  return expression.kind === 'parameter' || children(expression).some(hasParameter);
}
