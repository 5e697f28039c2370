import type { CreateTriggerStatement } from '../ast/ddl.ts';
import { walk } from '../ast/walk.ts';
import { type Binder, bindError } from './binder.ts';
import type { BoundCreateTrigger, BoundNothing } from './bound-statement.ts';
import { definitionText, relationNamed, schemaNamed, schemaToCreateIn } from './schema-names.ts';

/** CREATE TRIGGER looks at no name inside of its body, as in SQLite: the statements that set it off will. */
export function bindCreateTrigger(node: CreateTriggerStatement, binder: Binder): BoundCreateTrigger | BoundNothing {
  const { name } = node.trigger;
  // In the trigger's own schema, where it names one; a temporary trigger may be on any table.
  const named = node.trigger.schema === null ? null : schemaNamed(node.trigger.schema);
  const isQualified = node.table.schema === null && named === 'main';
  const relation = relationNamed(binder, isQualified ? { ...node.table, schema: named } : node.table);
  const owner = relation.definition;
  const isTemporary = node.temporary || owner.temporary === true;
  const schema = schemaToCreateIn(binder, node.trigger, isTemporary && node.trigger.schema === null);
  if (schema === 'main' && owner.temporary === true) {
    throw bindError('INVALID_DEFINITION', `trigger "${name}" of a temporary table cannot live in main`, node.trigger);
  }
  if (binder.catalog.trigger(binder.at, name, schema) !== null) {
    if (node.ifNotExists) return { kind: 'nothing' };
    throw bindError('TRIGGER_EXISTS', `trigger "${name}" exists already`, node.trigger);
  }
  if (relation.kind === 'table' && node.time === 'INSTEAD OF') {
    throw bindError('INVALID_DEFINITION', `cannot create INSTEAD OF trigger on table "${owner.name}"`, node.table);
  }
  if (relation.kind === 'view' && node.time !== 'INSTEAD OF') {
    throw bindError('INVALID_DEFINITION', `cannot create ${node.time} trigger on view "${owner.name}"`, node.table);
  }
  checkBody(node);
  const sql = definitionText(binder, 'TRIGGER', node.trigger, node);
  const definition = { name, tableId: owner.id, sql };
  return {
    kind: 'create-trigger',
    definition: schema === 'temp' ? { ...definition, temporary: true as const } : definition,
  };
}

/** What no body may have: later there will be nobody to give parameters, or to take rows. */
function checkBody(node: CreateTriggerStatement): void {
  walk(node, (inner) => {
    if (inner.kind !== 'parameter') return undefined;
    throw bindError('INVALID_DEFINITION', 'parameters are not allowed in triggers', inner);
  });
  for (const step of node.body) {
    if (step.kind === 'select') continue;
    const targets = step.kind === 'truncate' ? step.tables : [step.kind === 'insert' ? step.table : step.table.table];
    const qualified = targets.find(({ schema }) => schema !== null);
    if (qualified !== undefined) {
      throw bindError('INVALID_DEFINITION', "names with a schema are not allowed in a trigger's changes", qualified);
    }
    if (step.kind !== 'truncate' && step.returning.length > 0) {
      throw bindError('INVALID_DEFINITION', 'a trigger cannot use RETURNING', step);
    }
    if ((step.kind === 'update' || step.kind === 'delete') && step.table.indexedBy !== null) {
      throw bindError('INVALID_DEFINITION', "INDEXED BY is not allowed in a trigger's changes", step.table);
    }
  }
}
