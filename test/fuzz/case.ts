import { SeededRandom } from '../sim/seeded-random.ts';
import { alterTable } from './generate/alter.ts';
import { change, TransactionState } from './generate/change.ts';
import { drop } from './generate/drop.ts';
import type { Features } from './generate/features.ts';
import { Maker } from './generate/maker.ts';
import { makeRelation } from './generate/relation.ts';
import { createIndex, makeSchema } from './generate/schema.ts';
import { query } from './generate/select.ts';
import { makeTriggers } from './generate/trigger.ts';
import { makeViews } from './generate/view.ts';

/** Statements for a new database, in order: tables and rows, then queries and changes in turns. */
export interface FuzzCase {
  readonly seed: number;
  readonly statements: readonly string[];
}

/** Most cases ask much of few changes; others change more than they ask. */
const ASKING = { rounds: 3, queries: 14, mostChanges: 10 };
const CHANGING = { rounds: 6, queries: 4, mostChanges: 20 };

/** The same seed gives the same statements. `relationShare`: how many of the queries are relations between queries. */
export function makeCase(seed: number, features: Features, relationShare = 0): FuzzCase {
  const maker = new Maker(new SeededRandom(seed), features);
  const transaction = new TransactionState();
  const statements = makeSchema(maker);
  if (maker.chance(0.35)) statements.push(...makeViews(maker));
  if (maker.chance(0.3)) statements.push(...makeTriggers(maker));
  const mayFail = statements.some((sql) => /^CREATE TRIGGER.*(RAISE\(FAIL|OR FAIL)/.test(sql));
  const { rounds, queries, mostChanges } = maker.chance(0.3) ? CHANGING : ASKING;
  for (let round = 0; round < rounds; round++) {
    if (round > 0) statements.push(...makeChanges(maker, transaction, { round, mayFail, mostChanges }));
    for (let i = 0; i < queries; i++) {
      statements.push(maker.chance(relationShare) ? makeRelation(maker) : query(maker));
    }
  }
  return { seed, statements };
}

function makeChanges(
  maker: Maker,
  transaction: TransactionState,
  { round, mayFail, mostChanges }: { round: number; mayFail: boolean; mostChanges: number },
): string[] {
  const statements: string[] = [];
  let hasFail = mayFail;
  for (let i = maker.random.between(2, mostChanges); i > 0; i--) {
    const statement = change(maker, transaction);
    statements.push(statement);
    // What FAIL leaves behind is counted by SQLite, and not by us.
    hasFail ||= statement.includes('OR FAIL');
    if (maker.chance(0.5) && !hasFail) statements.push('SELECT changes()');
    if (maker.chance(0.3)) statements.push('SELECT last_insert_rowid()');
    if (/^(ROLLBACK|RELEASE|COMMIT)/.test(statement)) statements.push(...states(maker));
  }
  // What ROLLBACK takes back, the maker would still believe.
  const isAltered = maker.chance(0.25);
  if (isAltered || maker.chance(0.6)) {
    const end = transaction.finish(maker);
    if (end !== null) statements.push(end);
  }
  if (isAltered) statements.push(maker.chance(0.2) ? drop(maker) : alterTable(maker));
  statements.push(...states(maker));
  if (maker.chance(0.3)) {
    const table = maker.pick(maker.tables.filter(({ isView }) => !isView));
    statements.push(createIndex(maker, table, `late${round}`));
  }
  return statements;
}

/** All rows of all tables. */
function states(maker: Maker): string[] {
  const tables = maker.tables.filter(({ isView }) => !isView);
  return tables.map(({ name, key }) => `SELECT ${key[0] === 'rowid' ? 'rowid, ' : ''}* FROM ${name}`);
}

/** A case for sessions that share a database, and so must not leave transactions open; with relations between queries. */
export function metamorphicStatements(seed: number, features: Features): readonly string[] {
  const { statements } = makeCase(seed, features, 0.3);
  return statements.filter(
    (sql) => !/^(BEGIN|SAVEPOINT|COMMIT|ROLLBACK|RELEASE)|changes\(\)|last_insert_rowid/.test(sql),
  );
}
