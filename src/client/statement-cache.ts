import { LIMITS } from '../base/limits.ts';
import type { PreparedStatement } from '../sql/prepared-statement.ts';
import type { Session } from '../sql/session.ts';

/** Longer texts are scripts and dumps: they do not come again. */
const LONGEST_TEXT = 10_000;

/** The statements that were run by text, newest last: the same text is not parsed again. */
export class StatementCache {
  private readonly session: Session;
  private readonly statements = new Map<string, PreparedStatement>();

  constructor(session: Session) {
    this.session = session;
  }

  get(sql: string): PreparedStatement {
    const { statements } = this;
    const known = statements.get(sql);
    if (known !== undefined) statements.delete(sql);
    const statement = known ?? this.session.prepare(sql);
    if (sql.length > LONGEST_TEXT) return statement;
    if (statements.size >= LIMITS.cachedPlans) statements.delete(statements.keys().next().value as string);
    statements.set(sql, statement);
    return statement;
  }
}
