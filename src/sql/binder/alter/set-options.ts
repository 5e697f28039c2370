import type { TableDefinition } from '../../../engine/catalog/definitions.ts';
import type { AlterTableAction } from '../../ast/ddl.ts';
import { type Binder, bindError } from '../binder.ts';
import type { BoundAlter } from '../bound-statement.ts';
import { TIME_TRAVEL } from '../late-parts.ts';
import { parseTable, tableFromText } from './dependents.ts';
import { applyEdits, type Edit } from './edits.ts';

type SetOptions = Extract<AlterTableAction, { readonly kind: 'set-options' }>;

/** ALTER TABLE … SET (name = value): the text says them in WITH (…), each in the place of the one of its name. */
export function bindSetOptions({ options }: SetOptions, table: TableDefinition, binder: Binder): BoundAlter {
  // Errors show the place in the statement; below, they would show one in the table's text.
  const { ledger } = TIME_TRAVEL.get().bindTableOptions(options, table.temporary === true);
  if (ledger && !table.ledger) {
    const message = `table "${table.name}" cannot become a ledger: a chain begins with its table`;
    throw bindError(
      'INVALID_DEFINITION',
      message,
      options[0],
      'CREATE TABLE … WITH (ledger = true), and copy the rows.',
    );
  }
  const { options: old, end } = parseTable(table.sql);
  const last = old.at(-1);
  const edits: Edit[] = [];
  const added: string[] = [];
  for (const option of options) {
    const text = binder.sql.slice(option.position, option.end);
    const replaced = old.find(({ name }) => name === option.name);
    if (replaced === undefined) added.push(text);
    else edits.push({ position: replaced.position, end: replaced.end, text });
  }
  if (added.length > 0) {
    const list = added.join(', ');
    const place = last?.end ?? end;
    edits.push({ position: place, end: place, text: last === undefined ? ` WITH (${list})` : `, ${list}` });
  }
  const { definition } = tableFromText(table, applyEdits(table.sql, edits), table.columns, binder);
  return {
    kind: 'alter',
    definitions: [definition],
    indexes: [],
    drops: [],
    added: null,
    review: null,
    verify: null,
  };
}
