import { acceptedDifference } from './accepted-differences.ts';
import { differenceOf } from './compare.ts';
import { HeliosContender } from './engines/helios.ts';
import type { Outcome } from './engines/outcome.ts';
import { SqliteContender } from './engines/sqlite.ts';

/** Where the two came apart. */
export interface Difference {
  /** Which of the statements. */
  readonly index: number;
  readonly sql: string;
  readonly what: string;
  /** What kind of difference it is: a smaller case must show the same. */
  readonly kind: string;
  readonly ours: Outcome;
  readonly theirs: Outcome;
}

/** What a run has seen, over many cases. */
export class Tally {
  queries = 0;
  changes = 0;
  /** Statements that both refused. */
  refused = 0;
  /** Answers that SQLite itself gives otherwise when it reads rows from the back. */
  open = 0;
  /** Whether a change of the current case has failed. */
  hasFailedBefore = false;
  isInTransaction = false;
  /** The statements of the current case that make tables, views, indexes and triggers. */
  definitions: string[] = [];
  /** Whether a statement of the current case had a whole number that a double does not tell from its neighbours. */
  hasLargeNumbers = false;
  oursMs = 0;
  theirsMs = 0;
  /** The statement that took us longest. */
  slowest = { ms: 0, sql: '' };
  readonly accepted = new Map<string, number>();
  /** Called before a statement runs. */
  readonly watch: (sql: string) => void;

  constructor(watch: (sql: string) => void = () => undefined) {
    this.watch = watch;
  }

  time(sql: string, oursMs: number, theirsMs: number): void {
    this.oursMs += oursMs;
    this.theirsMs += theirsMs;
    if (oursMs > this.slowest.ms) this.slowest = { ms: oursMs, sql };
  }

  accept(name: string): void {
    this.accepted.set(name, (this.accepted.get(name) ?? 0) + 1);
  }
}

/** Runs the statements of a case on new databases of both, up to the first unexplained difference. Every other seed plans its queries. */
export function findDifference(seed: number, statements: readonly string[], tally = new Tally()): Difference | null {
  const ours = seed % 2 === 0 ? new HeliosContender() : HeliosContender.planning();
  const theirs = new SqliteContender();
  tally.hasFailedBefore = false;
  tally.isInTransaction = false;
  tally.definitions = [];
  tally.hasLargeNumbers = false;
  try {
    for (const [index, sql] of statements.entries()) {
      tally.watch(sql);
      const found = compareStatement(sql, ours, theirs, tally);
      if (found === 'lost') return null;
      if (found !== null) return { index, sql, ...found };
    }
    return null;
  } finally {
    theirs.close();
    ours.close();
  }
}

/**
 * 'lost': an accepted difference of a change; the databases are no longer alike. So it is after a value that a STRICT
 * table refused inside of a transaction: SQLite 3.54 keeps the rows that the statement changed before.
 */
function compareStatement(
  sql: string,
  ours: HeliosContender,
  theirs: SqliteContender,
  tally: Tally,
): Omit<Difference, 'index' | 'sql'> | 'lost' | null {
  const started = performance.now();
  const left = runOurs(ours, sql);
  const between = performance.now();
  const right = theirs.run(sql);
  tally.time(sql, between - started, performance.now() - between);
  const isQuery = /^(SELECT|WITH|VALUES)/.test(sql);
  if (/^(BEGIN|SAVEPOINT)/.test(sql)) tally.isInTransaction = true;
  if (sql.startsWith('CREATE ')) tally.definitions.push(sql);
  if (/\b9\d{15}/.test(sql)) tally.hasLargeNumbers = true;
  if (isQuery) tally.queries++;
  else tally.changes++;
  if (left.kind === 'error' && right.kind === 'error') {
    tally.refused++;
    if (!isQuery) tally.hasFailedBefore = true;
    if (!isQuery && tally.isInTransaction && right.message.startsWith('cannot store')) return 'lost';
    // What we refuse before a row is changed, SQLite may come to after some, and those stay.
    const isOurs = left.code === 'NUMERIC_OVERFLOW' || left.message.endsWith('rowids stay within 2^53');
    if (isOurs && / OR FAIL /.test(sql)) return 'lost';
  }
  const what = differenceOf(sql, left, right);
  if (what === null) return null;
  const { hasFailedBefore, definitions, hasLargeNumbers } = tally;
  const before = { hasFailedBefore, definitions, hasLargeNumbers };
  const accepted = acceptedDifference({ sql, ours: left, theirs: right, ...before });
  if (accepted !== null) {
    tally.accept(accepted.name);
    return isQuery ? null : 'lost';
  }
  if (isQuery && right.kind === 'rows' && differenceOf(sql, theirs.runReversed(sql), right) !== null) {
    tally.open++;
    return null;
  }
  return { what, kind: kindOf(left, right, what), ours: left, theirs: right };
}

/** What is no HeliosError is a difference from every answer. */
function runOurs(ours: HeliosContender, sql: string): Outcome {
  try {
    return ours.run(sql);
  } catch (error) {
    return { kind: 'error', code: 'INTERNAL', message: error instanceof Error ? (error.stack ?? '') : String(error) };
  }
}

function kindOf(ours: Outcome, theirs: Outcome, what: string): string {
  if (ours.kind === 'error') return `ours ${ours.code} ${ours.message.split(' ').slice(0, 2).join(' ')}`;
  if (theirs.kind === 'error') return `theirs ${theirs.message}`;
  if (what.startsWith('column')) return 'names';
  return what.startsWith('the order') ? 'order' : 'rows';
}
