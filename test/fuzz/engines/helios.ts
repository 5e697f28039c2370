import { isHeliosError } from '../../../src/base/errors.ts';
import { valueAt } from '../../../src/engine/column/vector.ts';
import type { Cursor } from '../../../src/sql/cursor.ts';
import { physicalKindOf } from '../../../src/sql/expressions/static-type.ts';
import type { Session } from '../../../src/sql/session.ts';
import '../../support/late-parts.ts';
import { memorySession, PLANNED } from '../../support/sql-session.ts';
import type { Contender, Outcome, Rows, Value } from './outcome.ts';

/** Ours, in memory. An error that is not a HeliosError goes through: it is a bug, whatever the statement was. */
export class HeliosContender implements Contender {
  readonly session: Session;

  constructor(session: Session = memorySession({ disabledRules: [] }, { deltaBytes: 0 })) {
    this.session = session;
  }

  /** Every query through a plan: those over few rows have none otherwise, and all tables here are small. */
  static planning(): HeliosContender {
    return new HeliosContender(memorySession(PLANNED, { deltaBytes: 0 }));
  }

  run(sql: string): Outcome {
    return outcomeOf(() => this.session.prepare(sql).execute());
  }

  close(): void {
    this.session.close();
    this.session.engine.close();
  }
}

/** The rows of a cursor, or the error of ours that stopped it. */
export function outcomeOf(open: () => Cursor): Outcome {
  try {
    return readAll(open());
  } catch (error) {
    if (!isHeliosError(error) || error.code === 'INTERNAL') throw error;
    return { kind: 'error', code: error.code, message: error.message };
  }
}

function readAll(cursor: Cursor): Rows {
  const kinds = cursor.columns.map(({ type }) => physicalKindOf(type));
  const rows: Value[][] = [];
  for (let batch = cursor.next(); batch !== null; batch = cursor.next()) {
    const { vectors, selection, count } = batch;
    for (let k = 0; k < count; k++) {
      const row = selection === null ? k : selection[k];
      rows.push(kinds.map((kind, c) => valueAt(vectors[c], kind, row)));
    }
  }
  return { kind: 'rows', columns: cursor.columns.map(({ name }) => name), rows };
}
