import type { Peer, PeerDatabase, PeerValue } from './peer.ts';

/** What is used of sql.js, which comes without types. */
interface SqlJs {
  readonly Database: new () => {
    exec(sql: string): unknown;
    prepare(sql: string): SqlJsStatement;
    close(): void;
  };
}

interface SqlJsStatement {
  bind(params: readonly PeerValue[]): boolean;
  step(): boolean;
  getAsObject(): unknown;
  reset(): void;
}

/** SQLite as most web pages have it. A development dependency of the package itself. */
export async function loadSqlJs(): Promise<Peer> {
  const untyped: string = 'sql.js';
  const { default: start }: { readonly default: () => Promise<SqlJs> } = await import(untyped);
  const sqlJs = await start();
  return {
    name: 'sql.js',
    medium: 'memory',
    ours: false,
    open(): PeerDatabase {
      const database = new sqlJs.Database();
      return {
        exec: (sql) => void database.exec(sql),
        prepare(sql) {
          const statement = database.prepare(sql);
          const rows = (params: readonly PeerValue[], limit: number): unknown[] => {
            const found: unknown[] = [];
            statement.bind(params);
            while (found.length < limit && statement.step()) found.push(statement.getAsObject());
            statement.reset();
            return found;
          };
          return {
            run: (params) => rows(params, Number.POSITIVE_INFINITY),
            get: (params) => rows(params, 1)[0],
            all: (params) => rows(params, Number.POSITIVE_INFINITY),
          };
        },
        // Frees the statements as well.
        close: () => database.close(),
      };
    },
  };
}
