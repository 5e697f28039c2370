import type { AlterViewStatement } from '../../ast/ddl.ts';
import { type Binder, bindError, notSupported } from '../binder.ts';
import type { BoundAlter, BoundNothing } from '../bound-statement.ts';
import { nameTaken, ownerOfName, quoted, refuseReservedName, schemaHolding, schemaOf } from '../schema-names.ts';
import { bindDependents } from './dependents.ts';
import { applyEdits } from './edits.ts';
import { tableNamesInDependent } from './rename.ts';

/** ALTER VIEW … RENAME TO. */
export function bindAlterView(node: AlterViewStatement, binder: Binder): BoundAlter | BoundNothing {
  const { catalog, at } = binder;
  const { view: name, rename } = node;
  if (node.materialized) throw notSupported('ALTER MATERIALIZED VIEW', node);
  if (rename === null) throw notSupported('ALTER VIEW … SET', node);
  const view = catalog.view(at, name.name, schemaOf(binder, name));
  if (view === null) {
    if (node.ifExists) return { kind: 'nothing' };
    throw bindError('TABLE_NOT_FOUND', `no such view "${name.name}"`, name);
  }
  const named = { kind: 'qualified-name', schema: null, name: rename, position: node.position, end: node.end } as const;
  refuseReservedName(named);
  const owner = ownerOfName(binder, rename, schemaHolding(view));
  if (owner !== null) throw nameTaken(owner, named);
  const definitions = bindDependents(binder, '').flatMap((dependent) => {
    const { definition } = dependent;
    const isOwn = definition.id === view.id;
    const places = [...tableNamesInDependent(dependent, view.id)];
    if (isOwn && dependent.statement.kind === 'create-view') places.push(dependent.statement.view);
    if (places.length === 0) return [];
    const edits = places.map(({ position, end }) => ({ position, end, text: quoted(rename) }));
    const sql = applyEdits(definition.sql, edits);
    return [isOwn ? { ...definition, name: rename, sql } : { ...definition, sql }];
  });
  return { kind: 'alter', definitions, indexes: [], drops: [], review: null, added: null, verify: ' after rename' };
}
