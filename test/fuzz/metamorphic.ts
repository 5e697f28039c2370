import { OPTIMIZER_SWITCHES } from '../../src/sql/planner/switches.ts';
import { Session, type SessionOptions } from '../../src/sql/session.ts';
import { littleMemory } from '../support/little-memory.ts';
import { memorySession, PLANNED } from '../support/sql-session.ts';
import { areEquivalent, differenceOf } from './compare.ts';
import { HeliosContender } from './engines/helios.ts';
import type { Outcome, Rows } from './engines/outcome.ts';
import { isRelation, type Relation, relationOf } from './generate/relation.ts';

/** Where an answer depended on something that it must not depend on. */
export interface Dependence {
  readonly index: number;
  readonly sql: string;
  /** What the answer depends on. */
  readonly on: string;
  readonly what: string;
}

/** One more way to come to the same answer. */
interface Variant {
  readonly name: string;
  readonly contender: HeliosContender;
}

/**
 * The same rows several times: as they come, in segments and without indexes; each with sessions of their own kind. The
 * answer of queries over few rows is that of running them row by row, and the other ways plan them.
 */
class World {
  readonly base = new HeliosContender();
  private readonly inSegments = new HeliosContender(memorySession({}, { deltaBytes: 0 }));
  private readonly withoutIndexes = new HeliosContender();
  private readonly all: readonly Variant[];
  private changes = 0;
  /** False from the first change on that an index alone refused: the expression of one raises an error for a row. */
  private indexesOnlyFind = true;

  constructor() {
    const session = (options: SessionOptions) => new HeliosContender(new Session(this.base.session.engine, options));
    const operators = (options: SessionOptions) => session({ ...options, ...PLANNED });
    this.all = [
      { name: 'rows in segments', contender: this.inSegments },
      { name: 'segments row by row', contender: new HeliosContender(new Session(this.inSegments.session.engine)) },
      { name: 'indexes', contender: this.withoutIndexes },
      { name: 'all optimizer rules', contender: session({ disabledRules: OPTIMIZER_SWITCHES }) },
      { name: 'batches of 2', contender: operators({ batchRows: 2 }) },
      { name: 'batches of 3', contender: operators({ batchRows: 3 }) },
      { name: 'little memory', contender: operators({ memory: littleMemory(24), batchRows: 7 }) },
      { name: 'less memory', contender: operators({ memory: littleMemory(8), batchRows: 2 }) },
      ...OPTIMIZER_SWITCHES.map((rule) => ({
        name: `rule ${rule}`,
        contender: session({ disabledRules: [rule, 'direct'] }),
      })),
    ];
  }

  get variants(): readonly Variant[] {
    return this.indexesOnlyFind ? this.all : this.all.filter(({ contender }) => contender !== this.withoutIndexes);
  }

  change(sql: string): void {
    const outcome = this.base.run(sql);
    this.inSegments.run(sql);
    if (!sql.startsWith('CREATE INDEX') && this.withoutIndexes.run(sql).kind !== outcome.kind)
      this.indexesOnlyFind = false;
    // Some rows of each table stay outside of segments.
    if (this.changes++ % 3 === 0) this.inSegments.session.engine.checkpoint();
  }

  /** Deletes everything, half of the tables included, and settles it: nothing of now is as it was. */
  wipe(): void {
    const outcome = this.base.run("SELECT name FROM main.sqlite_schema WHERE type = 'table'");
    const names = (outcome as Rows).rows.map(([name]) => `"${String(name).replaceAll('"', '""')}"`);
    this.base.run('PRAGMA foreign_keys = OFF');
    for (const [i, name] of names.entries()) this.base.run(i % 2 === 0 ? `DELETE FROM ${name}` : `DROP TABLE ${name}`);
    this.base.session.engine.checkpoint();
  }

  close(): void {
    for (const { engine } of [this.base.session, this.inSegments.session, this.withoutIndexes.session]) engine.close();
  }
}

/** What a query answered, and after which transaction. */
interface Answered {
  readonly index: number;
  readonly sql: string;
  readonly plain: Outcome;
  readonly transaction: number;
}

const HISTORY = 'what has happened since';
/** One query of so many is asked again when everything has been deleted, as of then. */
const QUERIES_PER_RETURN = 4;

/** How many variants each query is asked of, besides the plain way: all of them would take too long, so that they take turns. */
const VARIANTS_OF_A_QUERY = 1;

/** Runs the statements; each query in several ways. `only`: the variant to try. */
export function findDependence(statements: readonly string[], only: string | null = null): Dependence | null {
  const world = new World();
  const answered: Answered[] = [];
  try {
    for (const [index, sql] of statements.entries()) {
      if (isRelation(sql)) {
        const relation = relationOf(sql);
        const what = relation === null ? null : brokenRelation(relation, world.base);
        if (what !== null) return { index, sql, on: 'the way of asking', what };
      } else if (/^(SELECT|WITH|VALUES)/.test(sql)) {
        const found = dependenceOf(sql, index, world, only);
        if (found !== null) return { index, sql, ...found };
        const isDue = only === null ? index % QUERIES_PER_RETURN === 0 : only === HISTORY;
        const { lastTransaction: transaction } = world.base.session.engine;
        if (isDue) answered.push({ index, sql, plain: guarded(world.base, sql), transaction });
      } else world.change(sql);
    }
    return changedHistory(answered, world);
  } finally {
    world.close();
  }
}

function dependenceOf(
  sql: string,
  index: number,
  { base, variants }: World,
  only: string | null,
): { on: string; what: string } | null {
  const plain = guarded(base, sql);
  for (let k = 0; k < variants.length; k++) {
    const isTurn = (k + index) % Math.ceil(variants.length / VARIANTS_OF_A_QUERY) === 0;
    const { name, contender } = variants[k];
    if (only === null ? !isTurn : only !== name) continue;
    const other = guarded(contender, sql);
    const what = differenceOf(sql, plain, other);
    if (what !== null && !isOpen(plain, other)) return { on: name, what: what.replaceAll('SQLite', 'the other way') };
  }
  return null;
}

/** Queries that answer something else, as of the transaction after which they were asked, than they did then. */
function changedHistory(answered: readonly Answered[], world: World): Dependence | null {
  if (answered.length === 0) return null;
  world.wipe();
  for (const { index, sql, plain, transaction } of answered) {
    const session = new Session(world.base.session.engine);
    session.begin({ asOf: { transaction } });
    const then = guarded(new HeliosContender(session), sql);
    session.close();
    const what = differenceOf(sql, plain, then);
    if (what !== null && !isOpen(plain, then)) return { index, sql, on: HISTORY, what };
  }
  return null;
}

function brokenRelation({ left, right }: Relation, base: HeliosContender): string | null {
  const [one, other] = [together(left, base), together(right, base)];
  // A condition that fails relates to nothing; that nothing but our errors come out is still to be seen.
  if ([one, other].some((outcome) => outcome.kind === 'error' && outcome.code !== 'INTERNAL')) return null;
  const what = differenceOf('', one, other);
  return what === null || isOpen(one, other)
    ? null
    : `${what.replaceAll('SQLite', 'the other way')}: ${left.join('; ')} <> ${right.join('; ')}`;
}

/** The rows of all queries, or the first error. */
function together(queries: readonly string[], base: HeliosContender): Outcome {
  const outcomes = queries.map((sql) => guarded(base, sql));
  const failure = outcomes.find(({ kind }) => kind === 'error');
  if (failure !== undefined) return failure;
  const { columns } = outcomes[0] as Rows;
  return { kind: 'rows', columns, rows: outcomes.flatMap((outcome) => (outcome as Rows).rows) };
}

/**
 * What depends on the order in which rows are added up, on what the operators of a plan hold, or on whether a value is
 * computed that nobody reads in the end.
 */
const OPEN_ERRORS = ['NUMERIC_OVERFLOW', 'OUT_OF_MEMORY_BUDGET', 'INVALID_VALUE'];

/** Which of equal values stands for a group is open, and so is whether a row that fails is looked at. */
function isOpen(one: Outcome, other: Outcome): boolean {
  if (one.kind === 'rows' && other.kind === 'rows') return areEquivalent(one, other);
  return [one, other].some((outcome) => outcome.kind === 'error' && OPEN_ERRORS.includes(outcome.code ?? ''));
}

function guarded(contender: HeliosContender, sql: string): Outcome {
  try {
    return contender.run(sql);
  } catch (error) {
    return { kind: 'error', code: 'INTERNAL', message: error instanceof Error ? (error.stack ?? '') : String(error) };
  }
}
