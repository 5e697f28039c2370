import type { ReadPoint } from '../../engine/table/access.ts';
import type { Statement } from '../ast/statements.ts';
import type { AnalyzeStatement, ExplainStatement, ReindexStatement } from '../ast/utility.ts';
import { bindQuery } from './bind-select.ts';
import type { CatalogReader } from './binder.ts';
import { Binder, bindError, notSupported } from './binder.ts';
import type { BoundStatement } from './bound-statement.ts';
import { CHANGE_BINDING, DEFINITION_BINDING, INSERT_BINDING, TABLE_BINDING, TIME_TRAVEL } from './late-parts.ts';
import type { LiteralParameters } from './literal-parameters.ts';
import { foldName } from './names.ts';
import { relationNamed, schemaNamed, schemaOf } from './schema-names.ts';

/** Resolves every name of a statement against the catalogue as `at` sees it. `literals`: those that may be parameters. */
export function bindStatement(
  statement: Statement,
  catalog: CatalogReader,
  at: ReadPoint,
  sql: string,
  literals: LiteralParameters | null = null,
  instants: Binder['instants'] = null,
): BoundStatement {
  const binder = new Binder(catalog, at, sql);
  binder.literals = literals;
  binder.instants = instants;
  switch (statement.kind) {
    case 'select':
      return { kind: 'query', query: bindQuery(statement, binder, null, null) };
    case 'insert':
      return INSERT_BINDING.get().bindInsert(statement, binder);
    case 'update':
      return CHANGE_BINDING.get().bindUpdate(statement, binder);
    case 'delete':
      return CHANGE_BINDING.get().bindDelete(statement, binder);
    case 'truncate':
      return CHANGE_BINDING.get().bindTruncate(statement, binder);
    case 'create-table':
      return TABLE_BINDING.get().bindCreateTable(statement, binder);
    case 'create-index':
      return DEFINITION_BINDING.get().bindCreateIndex(statement, binder);
    case 'drop':
      return DEFINITION_BINDING.get().bindDrop(statement, binder);
    case 'begin':
    case 'commit':
    case 'rollback':
    case 'savepoint':
    case 'release':
      return { kind: 'transaction', statement };
    case 'explain':
      return bindExplain(statement, bindStatement(statement.statement, catalog, at, sql, null, instants));
    case 'alter-table':
      return DEFINITION_BINDING.get().bindAlterTable(statement, binder);
    case 'alter-view':
      return DEFINITION_BINDING.get().bindAlterView(statement, binder);
    case 'pragma':
      return DEFINITION_BINDING.get().bindPragma(statement, binder);
    case 'vacuum':
      return DEFINITION_BINDING.get().bindVacuum(statement);
    case 'analyze':
    case 'reindex':
      checkTarget(statement, binder);
      return { kind: 'nothing' };
    case 'create-view':
      return DEFINITION_BINDING.get().bindCreateView(statement, binder);
    case 'create-snapshot':
    case 'drop-snapshot':
      return TIME_TRAVEL.get().bindSnapshotStatement(statement, binder);
    case 'set-local':
      return TIME_TRAVEL.get().bindSetLocal(statement, binder);
    case 'flashback-table':
    case 'flashback-database':
    case 'undrop':
      return TIME_TRAVEL.get().bindFlashback(statement, binder);
    case 'verify-ledger':
      return TIME_TRAVEL.get().bindVerifyLedger(statement, binder);
    case 'erase':
      return TIME_TRAVEL.get().bindErase(statement, binder);
    case 'create-trigger':
      return DEFINITION_BINDING.get().bindCreateTrigger(statement, binder);
    default:
      throw notSupported(statement.kind.toUpperCase().replaceAll('-', ' '), statement);
  }
}

/**
 * ANALYZE and REINDEX have nothing to do: statistics and indexes are always of now. What they name must be there, though:
 * a table, an index or a schema, for REINDEX also a collation.
 */
function checkTarget({ kind, target }: AnalyzeStatement | ReindexStatement, binder: Binder): void {
  if (target === null || schemaNamed(target.name) !== null) return;
  if (kind === 'reindex' && ['binary', 'nocase', 'rtrim'].includes(foldName(target.name))) return;
  if (binder.catalog.index(binder.at, target.name, schemaOf(binder, target)) === null) relationNamed(binder, target);
}

function bindExplain(node: ExplainStatement, statement: BoundStatement): BoundStatement {
  if (statement.kind === 'explain') throw bindError('INVALID_STATEMENT', 'EXPLAIN of EXPLAIN', node);
  const { analyze } = node;
  if (analyze && !['query', 'insert', 'update', 'delete'].includes(statement.kind)) {
    throw bindError('INVALID_STATEMENT', 'EXPLAIN ANALYZE runs queries, INSERT, UPDATE and DELETE only', node);
  }
  return { kind: 'explain', statement, analyze, format: node.queryPlan ? 'QUERY PLAN' : node.format };
}
