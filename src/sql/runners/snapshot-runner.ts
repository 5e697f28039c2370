import { HeliosError } from '../../base/errors.ts';
import { historySetting } from '../../engine/history/history-settings.ts';
import {
  addSnapshot,
  hasExpired,
  removeExpired,
  removeSnapshot,
  snapshotCount,
  snapshotNamed,
  snapshotNames,
} from '../../engine/history/snapshots.ts';
import type { ReadPoint } from '../../engine/table/access.ts';
import { UncountedChanges } from '../../engine/transaction/uncounted-changes.ts';
import type { BoundCreateSnapshot, BoundDropSnapshot } from '../binder/bound-statement.ts';
import { didYouMean } from '../binder/near-miss.ts';
import { castToTime } from '../expressions/values/time-cast.ts';
import { parseSpan, spanMicros } from '../expressions/values/time-span.ts';
import type { Arguments } from '../parameters.ts';
import type { Session } from '../session.ts';
import { evaluatorOf } from './standalone-evaluator.ts';

export function runSnapshotStatement(
  statement: BoundCreateSnapshot | BoundDropSnapshot,
  session: Session,
  given: Arguments,
): void {
  if (statement.kind === 'create-snapshot') createSnapshot(statement, session, given);
  else dropSnapshot(statement, session);
}

/** Names the newest state that is committed: what the transaction around it has changed so far is not in it. */
function createSnapshot({ name, ifNotExists, expires }: BoundCreateSnapshot, session: Session, given: Arguments): void {
  const { engine } = session;
  const createdMicros = nowOf(session);
  const expiresMicros = expires === null ? null : expiryOf(expires, session, given, createdMicros);
  session.write((transaction) => {
    const known = snapshotNamed(engine, transaction, name);
    if (known !== null && !hasExpired(known, createdMicros)) {
      if (ifNotExists) return undefined;
      throw new HeliosError('SNAPSHOT_EXISTS', `snapshot "${known.name}" exists already`, {
        hint: 'DROP SNAPSHOT it first, or take another name.',
      });
    }
    const changes = new UncountedChanges(transaction);
    removeExpired(engine, changes, createdMicros);
    const most = historySetting(engine.catalog, transaction, 'max_snapshots');
    if (snapshotCount(engine) >= most) {
      const message = `there are ${most} snapshots, and max_snapshots allows no more`;
      throw new HeliosError('LIMIT_EXCEEDED', message, { hint: 'DROP SNAPSHOT one, or set PRAGMA max_snapshots.' });
    }
    addSnapshot(engine, changes, { name, transaction: engine.lastTransaction, createdMicros, expiresMicros });
    return undefined;
  });
}

function dropSnapshot({ name, ifExists }: BoundDropSnapshot, session: Session): void {
  session.write((transaction) => {
    const known = snapshotNamed(session.engine, transaction, name);
    if (known !== null && !hasExpired(known, nowOf(session)))
      removeSnapshot(session.engine, new UncountedChanges(transaction), name);
    else if (!ifExists) throw noSnapshot(session, transaction, name);
    return undefined;
  });
}

/** The transaction that a snapshot names, as a reader there sees it. Throws SNAPSHOT_NOT_FOUND. */
export function snapshotTransaction(session: Session, at: ReadPoint, name: string): number {
  const known = snapshotNamed(session.engine, at, name);
  // The clock is asked for those alone that may have expired.
  const isThere = known !== null && (known.expiresMicros === null || !hasExpired(known, nowOf(session)));
  if (!isThere) throw noSnapshot(session, at, name);
  return known.transaction;
}

function noSnapshot(session: Session, at: ReadPoint, name: string): HeliosError {
  const known = snapshotNamed(session.engine, at, name);
  if (known?.expiresMicros != null) {
    const expired = new Date(known.expiresMicros / 1000).toISOString();
    return new HeliosError('SNAPSHOT_NOT_FOUND', `snapshot "${known.name}" expired at ${expired}`);
  }
  const near = didYouMean(name, snapshotNames(session.engine, at, nowOf(session)));
  return new HeliosError('SNAPSHOT_NOT_FOUND', `no such snapshot "${name}"${near}`);
}

function expiryOf(
  { when, isTime }: NonNullable<BoundCreateSnapshot['expires']>,
  session: Session,
  given: Arguments,
  nowMicros: number,
): number | null {
  const value = evaluatorOf(when, session)(given);
  if (value === null) return null;
  const span = typeof value === 'string' ? parseSpan(value) : null;
  const micros = span === null ? Number(isTime ? value : castToTime(value, 'TIMESTAMP')) : nowMicros + spanMicros(span);
  if (micros > nowMicros) return micros;
  const shown = new Date(micros / 1000).toISOString();
  throw new HeliosError('INVALID_VALUE', `a snapshot cannot expire at ${shown}, which is not in the future`, {
    hint: "Write EXPIRES '7 days', or a time to come.",
  });
}

/** Microseconds since 1970 UTC. */
function nowOf({ engine }: Session): number {
  return Math.trunc(engine.clock.wallMicros());
}
