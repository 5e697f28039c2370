import { HeliosError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { EngineOptions } from '../engine/engine-options.ts';
import { didYouMean } from '../sql/binder/near-miss.ts';
import type { PresentOptions } from '../sql/expressions/coercion/present.ts';
import { checkTimeout } from './call-limits.ts';
import { checkHistoryOptions, historyOptionNames } from './history-options.ts';
import type { OpenOptions, QueryOptions, SyncQueryOptions, TransactionOptions } from './types.ts';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * 1024;

/** One of the words, or not given. */
export function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value as string)) return;
  const quoted = choices.map((choice) => `'${choice}'`).join(', ');
  throw new HeliosError('MISUSE', `option ${name} is ${String(value)}; it takes ${quoted}`);
}

/** Those of queries and of transactions. */
const CALL_OPTIONS = ['rowMode', 'signal', 'timeoutMs', 'readOnly', 'asOf', 'label'];

/** The options of a call, or MISUSE. */
export function checkCallOptions(options: QueryOptions & TransactionOptions): void {
  if (typeof options !== 'object' || options === null) throw new HeliosError('MISUSE', 'the options must be an object');
  for (const name in options) if (!CALL_OPTIONS.includes(name)) checkNames([name], CALL_OPTIONS);
  checkChoice('rowMode', options.rowMode, ['object', 'array']);
  checkTimeout('timeoutMs', options.timeoutMs);
  const { signal } = options;
  // By its shape: a signal may come from another window.
  if (signal !== undefined && (signal === null || typeof signal.aborted !== 'boolean')) {
    throw new HeliosError('MISUSE', 'option signal takes the signal of an AbortController');
  }
}

/** Those of a synchronous call, or MISUSE: nobody can stop it while it runs. */
export function checkSyncOptions(options: SyncQueryOptions & TransactionOptions): void {
  checkCallOptions(options);
  const { signal, timeoutMs } = options;
  if (signal === undefined && timeoutMs === undefined) return;
  throw new HeliosError('MISUSE', 'signal and timeoutMs are for the promise API: a synchronous call runs to its end');
}

/** A point of the history, or MISUSE. */
export function checkPoint(point: unknown): void {
  const entries = typeof point === 'object' && point !== null ? Object.entries(point) : [];
  const [[unit, value] = []] = entries;
  const isTime = unit === 'timestamp' && (typeof value === 'string' || isDate(value));
  const isNumber = (unit === 'transaction' || unit === 'scn') && typeof value === 'number';
  const isName = unit === 'snapshot' && typeof value === 'string';
  if (entries.length === 1 && (isTime || isNumber || isName)) return;
  const points = '{ timestamp: Date or text }, { transaction: number }, { scn: number } or { snapshot: text }';
  throw new HeliosError('MISUSE', `asOf takes ${points}`);
}

/** What gives a transaction its label. */
export const LABEL_STATEMENT = 'SET LOCAL transaction_label = ?';

/** The label of a transaction, or MISUSE. */
export function checkLabel(label: unknown): void {
  if (label !== undefined && typeof label !== 'string') throw new HeliosError('MISUSE', 'option label takes a text');
}

/** By its shape: it may come from another window. */
function isDate(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object Date]' && !Number.isNaN((value as Date).getTime());
}

const OPEN_OPTIONS = [
  'synchronous',
  'memoryLimitMb',
  'cacheMb',
  'maxDbSizeMb',
  'walCheckpointIntervalKb',
  'readOnly',
  'create',
  'from',
  'integers',
  'timestamps',
  'decimals',
  'pageSize',
  'writerTimeoutMs',
];

/** Throws MISUSE for options that cannot be meant. `more` are the names that this host takes beside the common ones. */
export function checkOpenOptions(options: OpenOptions, more: readonly string[] = []): void {
  if (typeof options !== 'object' || options === null) throw new HeliosError('MISUSE', 'the options must be an object');
  checkNames(Object.keys(options), [...OPEN_OPTIONS, ...historyOptionNames(), ...more]);
  checkChoice('synchronous', options.synchronous, ['full', 'normal', 'off']);
  checkChoice('integers', options.integers, ['number', 'bigint']);
  checkChoice('timestamps', options.timestamps, ['date', 'text']);
  checkChoice('decimals', options.decimals, ['text', 'number']);
  checkTimeout('option writerTimeoutMs', options.writerTimeoutMs);
  checkHistoryOptions(options);
  const { pageSize } = options;
  if (options.from !== undefined && (options.readOnly === true || options.create === false)) {
    throw new HeliosError(
      'MISUSE',
      'option from makes a new database: it goes with neither readOnly nor create: false',
    );
  }
  checkSize('memoryLimitMb', options.memoryLimitMb, 'megabytes', 1);
  checkSize('cacheMb', options.cacheMb, 'megabytes', 0);
  checkSize('maxDbSizeMb', options.maxDbSizeMb, 'megabytes', 1);
  checkSize('walCheckpointIntervalKb', options.walCheckpointIntervalKb, 'kilobytes', 64);
  if (pageSize !== undefined && !isPageSize(pageSize)) {
    const range = `${LIMITS.minPageSize} to ${LIMITS.maxPageSize}`;
    throw new HeliosError('MISUSE', `option pageSize is ${String(pageSize)}; it takes a power of two, ${range}`);
  }
}

function checkSize(name: string, value: unknown, unit: string, least: number): void {
  if (value === undefined || (typeof value === 'number' && value >= least && value < Number.POSITIVE_INFINITY)) return;
  throw new HeliosError('MISUSE', `option ${name} is ${String(value)}; it takes ${unit}, ${least} or more`);
}

/** A misspelt option must not be taken for none: `syncronous: 'off'` would be full. */
function checkNames(given: readonly string[], known: readonly string[]): void {
  for (const name of given) {
    if (!known.includes(name)) throw new HeliosError('MISUSE', `unknown option "${name}"${didYouMean(name, known)}`);
  }
}

function isPageSize(value: unknown): boolean {
  if (typeof value !== 'number' || value < LIMITS.minPageSize || value > LIMITS.maxPageSize) return false;
  return Number.isInteger(Math.log2(value));
}

/** What the engine needs of them. */
export function engineOptions(options: OpenOptions): Partial<EngineOptions> {
  const { synchronous, pageSize, memoryLimitMb, cacheMb, maxDbSizeMb, walCheckpointIntervalKb } = options;
  return {
    ...(synchronous === undefined ? {} : { synchronous }),
    ...(pageSize === undefined ? {} : { pageSize }),
    ...(memoryLimitMb === undefined ? {} : { memoryLimitBytes: Math.floor(memoryLimitMb * MEBIBYTE) }),
    ...(cacheMb === undefined ? {} : { cacheLimitBytes: Math.floor(cacheMb * MEBIBYTE) }),
    ...(maxDbSizeMb === undefined ? {} : { maxBytes: Math.floor(maxDbSizeMb * MEBIBYTE) }),
    ...(walCheckpointIntervalKb === undefined
      ? {}
      : { walCheckpointBytes: Math.floor(walCheckpointIntervalKb * KIBIBYTE) }),
  };
}

export function presentOptions(options: OpenOptions): PresentOptions {
  return { integers: options.integers, timestamps: options.timestamps, decimals: options.decimals };
}
