import type { DmlStatement } from '../ast/dml.ts';
import type { SelectStatement } from '../ast/select.ts';
import type { Statement } from '../ast/statements.ts';
import { Token } from '../lexer/tokens.ts';
import { Word } from '../lexer/words.ts';
import { parseCreate } from './create.ts';
import type { Cursor } from './cursor.ts';
import {
  CHANGE_PARSING,
  DEFINITION_PARSING,
  EXPECTATIONS,
  INSERT_PARSING,
  RELATIONAL_PARSING,
  TIME_TRAVEL_PARSING,
} from './late-parts.ts';
import { parseSelectBody } from './select.ts';

/** One statement, up to its semicolon or the end of the text. */
export function parseStatementBody(p: Cursor): Statement {
  if (startsQueryOrChange(p)) return parseQueryOrChange(p);
  const parse = PARSERS.get(p.kind);
  if (parse !== undefined) return parse(p);
  if (p.isWord('flashback') || p.isWord('undrop')) return TIME_TRAVEL_PARSING.get().parseFlashback(p);
  if (p.isWord('verify')) return TIME_TRAVEL_PARSING.get().parseVerifyLedger(p);
  if (p.isWord('erase')) return TIME_TRAVEL_PARSING.get().parseErase(p);
  if (p.kind === Word.ATTACH || p.kind === Word.DETACH) {
    p.notSupported(p.text().toUpperCase(), p.start, 'open the other database by itself');
  }
  for (const kind of COMMON_STARTS) p.at(kind);
  return p.fail(undefined, EXPECTATIONS.get().ELSEWHERE.get(p.text().toUpperCase()));
}

const PARSERS: ReadonlyMap<number, (p: Cursor) => Statement> = new Map<number, (p: Cursor) => Statement>([
  [Word.CREATE, parseCreate],
  [Word.ALTER, (p) => DEFINITION_PARSING.get().parseAlter(p)],
  [Word.DROP, (p) => DEFINITION_PARSING.get().parseDrop(p)],
  [Word.REFRESH, (p) => DEFINITION_PARSING.get().parseRefresh(p)],
  [Word.TRUNCATE, (p) => CHANGE_PARSING.get().parseTruncate(p)],
  [Word.BEGIN, (p) => INSERT_PARSING.get().parseBegin(p)],
  [Word.START, (p) => INSERT_PARSING.get().parseBegin(p)],
  [Word.COMMIT, (p) => INSERT_PARSING.get().parseCommit(p)],
  [Word.END, (p) => INSERT_PARSING.get().parseCommit(p)],
  [Word.ROLLBACK, (p) => INSERT_PARSING.get().parseRollback(p)],
  [Word.SAVEPOINT, (p) => INSERT_PARSING.get().parseSavepoint(p)],
  [Word.RELEASE, (p) => INSERT_PARSING.get().parseRelease(p)],
  [Word.SET, (p) => TIME_TRAVEL_PARSING.get().parseSetLocal(p)],
  [Word.EXPLAIN, (p) => DEFINITION_PARSING.get().parseExplain(p, parseStatementBody)],
  [Word.PRAGMA, (p) => DEFINITION_PARSING.get().parsePragma(p)],
  [Word.ANALYZE, (p) => DEFINITION_PARSING.get().parseAnalyze(p)],
  [Word.VACUUM, (p) => DEFINITION_PARSING.get().parseVacuum(p)],
  [Word.REINDEX, (p) => DEFINITION_PARSING.get().parseReindex(p)],
]);

/** What an error names where no statement begins: the usual ones first. */
const COMMON_STARTS: readonly number[] = [
  ...[Word.SELECT, Word.INSERT, Word.UPDATE, Word.DELETE, Word.CREATE, Word.DROP, Word.BEGIN, Word.WITH],
  ...PARSERS.keys(),
];

function startsQueryOrChange(p: Cursor): boolean {
  switch (p.kind) {
    case Word.SELECT:
    case Word.INSERT:
    case Word.UPDATE:
    case Word.DELETE:
    case Word.WITH:
    case Word.VALUES:
    case Word.REPLACE:
    case Token.LeftParen:
      return true;
    default:
      return false;
  }
}

/** A query, INSERT, UPDATE or DELETE: what WITH may precede. */
export function parseQueryOrChange(p: Cursor): SelectStatement | DmlStatement {
  const position = p.start;
  const withClause = p.kind === Word.WITH ? RELATIONAL_PARSING.get().parseWith(p) : null;
  switch (p.kind) {
    case Word.INSERT:
    case Word.REPLACE:
      return INSERT_PARSING.get().parseInsert(p, withClause, position);
    case Word.UPDATE:
      return CHANGE_PARSING.get().parseUpdate(p, withClause, position);
    case Word.DELETE:
      return CHANGE_PARSING.get().parseDelete(p, withClause, position);
    default:
      return parseSelectBody(p, withClause, position);
  }
}
