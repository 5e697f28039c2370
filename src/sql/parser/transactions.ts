import type {
  BeginStatement,
  CommitStatement,
  ReleaseStatement,
  RollbackStatement,
  SavepointStatement,
} from '../ast/transactions.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import type { Cursor } from './cursor.ts';

/** BEGIN, or PostgreSQL's START TRANSACTION. */
export function parseBegin(p: Cursor): BeginStatement {
  const position = p.start;
  const isStart = p.kind === Word.START;
  p.next();
  if (isStart && p.kind !== Word.TRANSACTION) p.fail('TRANSACTION');
  let mode: BeginStatement['mode'] = null;
  if (p.accept(Word.DEFERRED)) mode = 'DEFERRED';
  else if (p.accept(Word.IMMEDIATE)) mode = 'IMMEDIATE';
  else if (p.accept(Word.EXCLUSIVE)) mode = 'EXCLUSIVE';
  acceptTransactionWord(p);
  let readOnly = false;
  do {
    if (p.accept(Word.ISOLATION)) {
      skipLevel(p);
    } else if (p.accept(Word.READ)) {
      readOnly = p.accept(Word.ONLY);
      if (!readOnly) p.expect(Word.WRITE);
    }
  } while (p.accept(Token.Comma) || p.kind === Word.ISOLATION || p.kind === Word.READ);
  return { kind: 'begin', mode, readOnly, position, end: p.previousEnd };
}

/** Each of the standard's levels allows what is done anyway: every history is serializable. */
function skipLevel(p: Cursor): void {
  p.expect(Word.LEVEL);
  if (p.accept(Word.READ)) {
    if (!p.isWord('committed') && !p.isWord('uncommitted')) p.fail('COMMITTED or UNCOMMITTED');
  } else if (p.isWord('repeatable')) {
    p.next();
    if (p.kind !== Word.READ) p.fail();
  } else if (!p.isWord('serializable')) {
    p.fail('an isolation level');
  }
  p.next();
}

/** TRANSACTION may carry a name that says nothing, as in SQLite. */
function acceptTransactionWord(p: Cursor): void {
  if (p.accept(Word.WORK)) return;
  if (p.accept(Word.TRANSACTION) && p.isPlainName()) p.next();
}

/** COMMIT or END. */
export function parseCommit(p: Cursor): CommitStatement {
  const position = p.start;
  p.next();
  acceptTransactionWord(p);
  return { kind: 'commit', position, end: p.previousEnd };
}

export function parseRollback(p: Cursor): RollbackStatement {
  const position = p.start;
  p.next();
  acceptTransactionWord(p);
  let savepoint: string | null = null;
  if (p.accept(Word.TO)) savepoint = parseSavepointName(p);
  return { kind: 'rollback', savepoint, position, end: p.previousEnd };
}

export function parseSavepoint(p: Cursor): SavepointStatement {
  const position = p.start;
  p.next();
  const name = p.name('a savepoint name');
  return { kind: 'savepoint', name, position, end: p.previousEnd };
}

export function parseRelease(p: Cursor): ReleaseStatement {
  const position = p.start;
  p.next();
  const name = parseSavepointName(p);
  return { kind: 'release', name, position, end: p.previousEnd };
}

/** `[SAVEPOINT] name`; a savepoint may be called savepoint. */
function parseSavepointName(p: Cursor): string {
  if (p.kind === Word.SAVEPOINT) {
    const first = p.takeName();
    return p.isName() ? p.takeName() : first;
  }
  return p.name('a savepoint name');
}
