import type { CreateSnapshotStatement, DropSnapshotStatement } from '../ast/history.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './expression.ts';
import { parseIfExists, parseIfNotExists } from './names.ts';

/** After CREATE SNAPSHOT. */
export function parseCreateSnapshot(p: Cursor, position: number): CreateSnapshotStatement {
  const ifNotExists = parseIfNotExists(p);
  const snapshot = p.identifier('a snapshot name');
  let expires: CreateSnapshotStatement['expires'] = null;
  if (p.isWord('expires')) {
    p.next();
    expires = parseExpression(p);
  }
  return { kind: 'create-snapshot', ifNotExists, snapshot, expires, position, end: p.previousEnd };
}

/** At the second word of DROP SNAPSHOT. */
export function parseDropSnapshot(p: Cursor, position: number): DropSnapshotStatement {
  p.next();
  const ifExists = parseIfExists(p);
  const snapshot = p.identifier('a snapshot name');
  return { kind: 'drop-snapshot', ifExists, snapshot, position, end: p.previousEnd };
}
