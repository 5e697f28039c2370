/** Node: `import { open, openSync } from 'heliosdb-nano/node'`. */
export { type ErrorCode, HeliosError, isHeliosError } from './base/errors.ts';
export { open, openSync } from './client/open-node.ts';
export type {
  AggregateOptions,
  CheckReport,
  Database,
  FunctionOptions,
  FunctionRegistrar,
  FunctionType,
  InsertData,
  OpenOptions,
  Params,
  Queryable,
  QueryOptions,
  Result,
  ResultColumn,
  Row,
  RunResult,
  Statement,
  Stats,
  StorageInfo,
  SyncDatabase,
  SyncQueryable,
  SyncQueryOptions,
  SyncStatement,
  SyncTransaction,
  TableOptions,
  Transaction,
  TransactionOptions,
  Value,
} from './client/types.ts';
export {
  type ImportOptions,
  type ImportProgress,
  type ImportReport,
  importCsv,
  type RejectedLine,
} from './node/import-csv.ts';
