/** What the fuzzers use of sql.js, which brings no types of its own. */
declare module 'sql.js' {
  export interface Statement {
    step(): boolean;
    get(params: null, config: { useBigInt: boolean }): (null | number | bigint | string | Uint8Array)[];
    getColumnNames(): string[];
    free(): void;
  }
  export interface Database {
    prepare(sql: string): Statement;
    close(): void;
  }
  export interface SqlJs {
    readonly Database: new () => Database;
  }
  export default function initSqlJs(config: { useOldExtensionFunctions: boolean }): Promise<SqlJs>;
}
