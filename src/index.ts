/** The browser: `import { open } from 'heliosdb-nano'`. */
export { type ErrorCode, HeliosError, isHeliosError } from './base/errors.ts';
export { open } from './client/open-browser.ts';
export type {
  AggregateOptions,
  BrowserOpenOptions,
  CheckReport,
  Database,
  FunctionOptions,
  FunctionRegistrar,
  FunctionType,
  ImportSource,
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
  TableOptions,
  Transaction,
  TransactionOptions,
  Value,
} from './client/types.ts';
