import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import { verifyLedger } from '../../engine/history/verify-ledger.ts';
import { LEDGER } from '../../engine/transaction/ledger.ts';
import type { VerifyLedgerStatement } from '../ast/history.ts';
import { STATIC_TYPES } from '../expressions/static-type.ts';
import type { TableFunctionDefinition } from '../functions/tables/definition.ts';
import { type Binder, bindError } from './binder.ts';
import type { BoundQuery } from './bound-statement.ts';
import { queryOfFunction } from './function-query.ts';
import { relationNamed } from './schema-names.ts';

const { INTEGER, TEXT } = STATIC_TYPES;
const COLUMNS = [
  { name: 'table_name', type: TEXT },
  { name: 'verified', type: INTEGER },
  { name: 'first_bad_txn', type: INTEGER },
  { name: 'head', type: TEXT },
];

/** VERIFY LEDGER: a query, whose rows are computed from the history when it runs. */
export function bindVerifyLedger({ table }: VerifyLedgerStatement, binder: Binder): BoundQuery {
  const tables =
    table === null ? binder.catalog.tables(binder.at).filter(({ ledger }) => ledger) : [ledgerNamed(table, binder)];
  return queryOfFunction(verification(tables), binder);
}

function ledgerNamed(name: NonNullable<VerifyLedgerStatement['table']>, binder: Binder): TableDefinition {
  const { kind, definition } = relationNamed(binder, name);
  if (kind === 'table' && definition.ledger) return definition;
  const hint = 'CREATE TABLE … WITH (ledger = true) makes one.';
  throw bindError('INVALID_STATEMENT', `"${name.name}" is no ledger table`, name, hint);
}

function verification(tables: readonly TableDefinition[]): TableFunctionDefinition {
  return {
    name: 'verify_ledger',
    minArguments: 0,
    maxArguments: 0,
    columns: () => COLUMNS,
    *open(_args, _types, { at, tables: stored, session: { engine } }) {
      // What a transaction has done before it commits is in no chain yet.
      const newest = Math.min(at.transaction, engine.commitLog.lastTransaction);
      const ledger = stored.table(LEDGER.definition.id);
      for (const { id, name } of tables) {
        const { verified, firstBad, head } = verifyLedger(stored.table(id), ledger, engine, newest);
        const row = [name, BigInt(verified), firstBad === null ? null : BigInt(firstBad), hexOf(head)];
        yield { column: (i: number) => row[i] };
      }
    },
  };
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
