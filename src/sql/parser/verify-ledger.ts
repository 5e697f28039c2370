import type { VerifyLedgerStatement } from '../ast/history.ts';
import { Token } from '../lexer/tokens.ts';
import type { Cursor } from './cursor.ts';

/** At VERIFY. */
export function parseVerifyLedger(p: Cursor): VerifyLedgerStatement {
  const position = p.start;
  p.next();
  if (!p.isWord('ledger')) p.fail('LEDGER');
  p.next();
  const isNamed = p.isName() || p.kind === Token.Text;
  const table = isNamed ? p.qualifiedName('a table name') : null;
  return { kind: 'verify-ledger', table, position, end: p.previousEnd };
}
