import { HeliosError } from '../../base/errors.ts';
import { LIVE } from '../../engine/catalog/catalog.ts';
import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import type { Engine } from '../../engine/engine.ts';
import { livesOf, positionsOf, type RowLives, type SegmentPositions } from '../../engine/history/row-lives.ts';
import type { ErasedRows } from '../../engine/jobs/erasure.ts';
import { ERASURE_JOBS } from '../../engine/late-parts.ts';
import { LOCATION_SOURCE, SEGMENTS_BASE } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import { ERASURES } from '../../engine/transaction/erasures.ts';
import type { BoundErase } from '../binder/bound-statement.ts';
import { sameName } from '../binder/names.ts';
import { type ChangeResult, emptyResult } from '../executor/change.ts';
import type { Arguments } from '../parameters.ts';
import type { Session } from '../session.ts';
import { matchingVersions } from './erase-matches.ts';
import { foreignKeyProblems } from './foreign-key-check.ts';
import { evaluatorOf } from './standalone-evaluator.ts';

/**
 * ERASE: every version, of any time, of the rows that have a version for which the condition is true. No transaction can
 * hold it, since it is no change that a rollback could take back, and nobody may be reading what goes.
 */
export function runErase(statement: BoundErase, session: Session, given: Arguments): ChangeResult {
  const { engine } = session;
  session.refuseInTransaction();
  const reason = reasonOf(evaluatorOf(statement.reason, session)(given));
  const jobs = engine.startJob();
  const { completeErasure } = ERASURE_JOBS.get();
  refuseReaders(engine);
  // Whatever was written before is in segments then: there is one place to look at, and one to write anew.
  engine.checkpoint();
  const table = engine.table(statement.table.id);
  const lives = livesOf(table, matchingVersions(statement, session, given));
  const erased = erasedRows(engine, table, lives);
  const positions = erased.get(table) as SegmentPositions;
  if (session.settings.foreignKeys) refuseOrphans(session, statement.table, positions);
  const rows = sum([...lives.values()].map(({ length }) => length));
  const erasure = {
    id: engine.table(ERASURES.definition.id).nextRowid(),
    erasedAtMicros: Math.trunc(engine.clock.wallMicros()),
    table: statement.table.name,
    rows,
    versions: sum([...positions.values()].map(({ length }) => length)),
    reason,
  };
  jobs.erase(erasure, erased);
  completeErasure(engine);
  session.changes = rows;
  session.totalChanges += rows;
  return { ...emptyResult(), changes: rows };
}

function reasonOf(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new HeliosError('INVALID_VALUE', 'ERASE needs a REASON: a text, which helios.erasures keeps');
}

function refuseReaders({ readers }: Engine): void {
  if (readers.length === 0) return;
  const message = `ERASE cannot take away what is being read: ${readers.length} queries or read transactions are open`;
  throw new HeliosError('TRANSACTION_ACTIVE', message, {
    hint: 'Read them to their end or close them, and try again.',
  });
}

/** What goes of the table, and of the keys that indexes over expressions have or had of its rows. */
function erasedRows(engine: Engine, table: Table, lives: RowLives): ErasedRows {
  const erased = new Map([[table, positionsOf(table, lives)]]);
  for (const other of engine.state.tables.values()) {
    if (other.definition.keysOf?.tableId === table.definition.id) erased.set(other, positionsOf(other, lives));
  }
  return erased;
}

/** Throws where a row that refers to one of the erased ones would be left: ERASE does not guess what else is to go. */
function refuseOrphans(session: Session, table: TableDefinition, positions: SegmentPositions): void {
  const { engine, catalog, readPoint } = session;
  const children = catalog
    .referringTables(readPoint)
    .filter(({ foreignKeys = [] }) => foreignKeys.some(({ parent }) => sameName(parent, table.name)));
  if (children.length === 0) return;
  const problemsAt = (at: typeof readPoint) =>
    foreignKeyProblems({ engine, catalog, readPoint: at }, children).filter(({ parent }) =>
      sameName(parent, table.name),
    );
  const keyOf = (problem: { table: string; rowid: number; foreignKey: number }): string =>
    `${problem.table} ${problem.rowid} ${problem.foreignKey}`;
  const before = new Set(problemsAt(readPoint).map(keyOf));
  const trial = engine.begin();
  try {
    const rows = engine.table(table.id);
    rows.segments.forEach((segment, s) => {
      for (const position of positions.get(segment) ?? []) {
        if (segment.endedAt(position) === LIVE) rows.end(trial, SEGMENTS_BASE + s * LOCATION_SOURCE + position);
      }
    });
    const orphan = problemsAt(trial).find((problem) => !before.has(keyOf(problem)));
    if (orphan === undefined) return;
    const message = `FOREIGN KEY constraint failed: row ${orphan.rowid} of ${orphan.table} refers to a row of ${table.name} that ERASE would take`;
    throw new HeliosError('FOREIGN_KEY_VIOLATION', message, {
      hint: `ERASE or DELETE from ${orphan.table} first: ERASE takes rows of one table.`,
    });
  } finally {
    trial.rollback();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
