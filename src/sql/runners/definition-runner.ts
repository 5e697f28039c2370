import { unreachable } from '../../base/assert.ts';
import type { CompiledStatement } from '../compile.ts';
import { type ChangeResult, emptyResult } from '../executor/change.ts';
import { CHANGE_OPERATORS } from '../executor/late-parts.ts';
import type { Arguments } from '../parameters.ts';
import { DEFINITION_RUNNERS, INSTANTS, TABLE_RUNNER } from '../runner-parts.ts';
import type { Session } from '../session.ts';

type Definition = Exclude<CompiledStatement, { readonly kind: 'query' | 'direct' | 'change' | 'explain' | 'pragma' }>;

/** Runs what changes the catalogue, and what begins and ends transactions. */
export function runDefinition(compiled: CompiledStatement, session: Session, given: Arguments): ChangeResult {
  const statement = compiled as Definition;
  const result = emptyResult();
  switch (statement.kind) {
    case 'nothing':
      break;
    case 'transaction':
      runTransactionStatement(statement.statement, session);
      break;
    case 'create-table':
      // Parts are asked for before anything is done: here for the rows of AS SELECT.
      if (statement.rows !== null) CHANGE_OPERATORS.get();
      session.write((transaction) => TABLE_RUNNER.get().createTable(statement, session, transaction, given));
      break;
    case 'create-index':
      session.write((transaction) => DEFINITION_RUNNERS.get().createIndex(statement, session, transaction));
      break;
    case 'create-view':
      session.write((transaction) => {
        const { definition, replaces } = statement;
        if (replaces === null) transaction.createView(definition);
        else transaction.replace({ ...definition, id: replaces });
        return undefined;
      });
      break;
    case 'create-trigger':
      session.write((transaction) => {
        transaction.createTrigger(statement.definition);
        return undefined;
      });
      break;
    case 'alter':
      session.write((transaction) => DEFINITION_RUNNERS.get().runAlter(statement, session, transaction));
      break;
    case 'vacuum':
      session.vacuum();
      break;
    case 'create-snapshot':
    case 'drop-snapshot':
      INSTANTS.get().runSnapshotStatement(statement, session, given);
      break;
    case 'set-label':
      INSTANTS.get().runSetLabel(statement, session, given);
      break;
    case 'flashback':
      return session.write((transaction) => INSTANTS.get().runFlashback(statement, session, transaction, given));
    case 'undrop':
      session.write((transaction) => INSTANTS.get().runUndrop(statement, session, transaction));
      break;
    case 'erase':
      return INSTANTS.get().runErase(statement, session, given);
    case 'drop':
      // Rows that refer to those of a table may have to go with it.
      CHANGE_OPERATORS.get();
      session.write((transaction) => DEFINITION_RUNNERS.get().drop(statement.ids, session, transaction));
      break;
    default:
      return unreachable(statement, 'statement');
  }
  return result;
}

function runTransactionStatement(
  statement: Extract<CompiledStatement, { readonly kind: 'transaction' }>['statement'],
  session: Session,
): void {
  switch (statement.kind) {
    case 'begin':
      session.begin({ readOnly: statement.readOnly });
      break;
    case 'commit':
      session.commit();
      break;
    case 'rollback':
      if (statement.savepoint === null) session.rollback();
      else session.rollbackTo(statement.savepoint);
      break;
    case 'savepoint':
      session.savepoint(statement.name);
      break;
    case 'release':
      session.release(statement.name);
  }
}
