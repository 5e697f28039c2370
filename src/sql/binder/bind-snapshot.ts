import type { Expression } from '../ast/expressions.ts';
import type { CreateSnapshotStatement, DropSnapshotStatement } from '../ast/history.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { castTo } from '../expressions/build.ts';
import { hasSubquery } from '../expressions/inspect.ts';
import { EXTENDED_TYPES } from '../expressions/late-parts.ts';
import { STATIC_TYPES } from '../expressions/static-type.ts';
import { bindExpression } from './bind-expression.ts';
import { type Binder, bindError } from './binder.ts';
import type { BoundCreateSnapshot, BoundDropSnapshot } from './bound-statement.ts';
import { plainContext } from './expression-context.ts';
import { isInterval } from './is-interval.ts';
import { Scope } from './scope.ts';

/** CREATE and DROP SNAPSHOT. */
export function bindSnapshotStatement(
  node: CreateSnapshotStatement | DropSnapshotStatement,
  binder: Binder,
): BoundCreateSnapshot | BoundDropSnapshot {
  const { name } = node.snapshot;
  if (node.kind === 'drop-snapshot') return { kind: 'drop-snapshot', name, ifExists: node.ifExists };
  const { ifNotExists, expires } = node;
  return { kind: 'create-snapshot', name, ifNotExists, expires: expires === null ? null : bindExpiry(expires, binder) };
}

function bindExpiry(node: Expression, binder: Binder): BoundCreateSnapshot['expires'] {
  // Of times, and of texts that are times.
  EXTENDED_TYPES.get();
  // The words of an INTERVAL are a text that says how long.
  const written = node.kind === 'cast' && isInterval(node) ? node.operand : node;
  const point = bindStandalone(written, binder, 'EXPIRES');
  const isTime = point.type.kind === 'TIMESTAMP' || point.type.kind === 'DATE';
  return isTime ? { when: castTo(point, STATIC_TYPES.TIMESTAMP), isTime } : { when: point, isTime };
}

/** An expression of a clause in which no row can be named: constants, parameters, functions. */
export function bindStandalone(node: Expression, binder: Binder, clause: string): BoundExpression {
  const place = plainContext({ binder, commonTables: null }, new Scope([], null), clause);
  const bound = bindExpression(node, place);
  if (hasSubquery(bound)) throw bindError('INVALID_STATEMENT', `a subquery cannot stand in ${clause}`, node);
  return bound;
}
