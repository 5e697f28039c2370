import { HeliosError } from '../../base/errors.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import {
  HISTORY_SETTINGS,
  type HistorySetting,
  type HistorySettingName,
  historySetting,
} from '../../engine/history/history-settings.ts';
import type { BoundPragma } from '../binder/bound-statement.ts';
import { Cursor, type OutputColumn, ReadySource } from '../cursor.ts';
import { vectorOfValues } from '../executor/value-vector.ts';
import { physicalKindOf, STATIC_TYPES } from '../expressions/static-type.ts';
import type { Session } from '../session.ts';
import { foreignKeyProblems } from './foreign-key-check.ts';

type Row = readonly SqlValue[];

interface Pragma {
  /** Left out: one INTEGER column of the pragma's name. */
  readonly columns?: Readonly<Record<string, 'TEXT' | 'INTEGER'>>;
  /** Without an argument, or for pragmas whose argument says what to look at. */
  read?(session: Session, argument: SqlValue): readonly Row[];
  /** With an argument. Left out: the argument goes to `read`. */
  write?(session: Session, argument: SqlValue): readonly Row[];
}

/** Runs a PRAGMA that is no query of the catalogue. Names that nobody knows do nothing, as in SQLite. */
export function runPragma(pragma: BoundPragma, session: Session): Cursor {
  const { name, argument, hasArgument } = pragma;
  const { read, write } = definitionOf(name) ?? {};
  const run = hasArgument && write !== undefined ? write : read;
  return valuesCursor(pragmaColumns(pragma), run === undefined ? [] : run(session, argument));
}

/** None for a setting that is set: it says nothing. */
export function pragmaColumns({ name, hasArgument }: BoundPragma): readonly OutputColumn[] {
  const definition = definitionOf(name);
  if (definition === null || (hasArgument && definition.write !== undefined)) return [];
  const columns = Object.entries(definition.columns ?? { [name]: 'INTEGER' as const });
  return columns.map(([column, kind]) => ({ name: column, type: STATIC_TYPES[kind] }));
}

function definitionOf(name: string): Pragma | null {
  return Object.hasOwn(PRAGMAS, name) ? PRAGMAS[name] : null;
}

/** A petabyte. */
const MAX_MEGABYTES = 2 ** 30;

const MEBIBYTE = 1024 * 1024;

const SYNCHRONOUS = ['off', 'normal', 'full'];

const PRAGMAS: Readonly<Record<string, Pragma>> = {
  foreign_keys: setting('foreignKeys'),
  defer_foreign_keys: setting('deferForeignKeys', true),
  recursive_triggers: setting('recursiveTriggers'),
  ...ofHistory('time_travel_enabled'),
  ...ofHistory('min_retention_seconds'),
  ...ofHistory('max_retained_transactions'),
  ...ofHistory('auto_gc_enabled'),
  ...ofHistory('max_snapshots'),
  user_version: stored('user_version'),
  application_id: stored('application_id'),
  integrity_check: { columns: { integrity_check: 'TEXT' }, read: check },
  quick_check: { columns: { quick_check: 'TEXT' }, read: check },
  foreign_key_check: {
    columns: { table: 'TEXT', rowid: 'INTEGER', parent: 'TEXT', fkid: 'INTEGER' },
    read: checkForeignKeys,
  },
  encoding: {
    columns: { encoding: 'TEXT' },
    read: () => [['UTF-8']],
    write: (_, value) => only('encoding', /^utf-?8$/i.test(String(value)), 'text is UTF-8'),
  },
  journal_mode: { columns: { journal_mode: 'TEXT' }, read: () => [['wal']] },
  synchronous: {
    read: ({ engine }) => [[BigInt(SYNCHRONOUS.indexOf(engine.options.synchronous))]],
    write: ({ engine }, value) => {
      const isSafeEnough = SYNCHRONOUS.indexOf(engine.options.synchronous) >= Math.min(2, level(value));
      return only('synchronous', isSafeEnough, 'how commits become durable is chosen when the database is opened');
    },
  },
  page_size: { read: ({ engine }) => [[BigInt(engine.pageSize)]], write: () => [] },
  page_count: { read: ({ engine }) => [[BigInt(Math.ceil(engine.stats().mainBytes / engine.pageSize))]] },
  max_page_count: {
    // Where nothing limits it, SQLite's largest.
    read: ({ engine }) => [[BigInt(Math.min(engine.options.maxBytes / engine.pageSize, 4294967294) >>> 0)]],
    write: (_, value) =>
      only('max_page_count', isOff(value), 'the option maxDbSizeMb limits a database when it is opened'),
  },
  freelist_count: { read: ({ engine }) => [[BigInt(Math.floor(engine.stats().freeBytes / engine.pageSize))]] },
  cache_size: { read: ({ engine }) => [[-BigInt(Math.floor(engine.memory.cacheLimitBytes / 1024))]], write: () => [] },
  memory_limit_mb: memoryLimit('memory_limit_mb', 'limitBytes', 1),
  cache_mb: memoryLimit('cache_mb', 'cacheLimitBytes', 0),
  schema_version: { read: ({ catalog }) => [[BigInt(catalog.version)]], write: refuse('schema_version') },
  data_version: { read: ({ readPoint }) => [[BigInt(readPoint.transaction)]], write: () => [] },
  auto_vacuum: { read: () => [[0n]], write: (_, value) => only('auto_vacuum', isOff(value), 'see VACUUM') },
  locking_mode: { columns: { locking_mode: 'TEXT' }, read: () => [['exclusive']] },
  temp_store: { read: () => [[2n]], write: () => [] },
  busy_timeout: { columns: { timeout: 'INTEGER' }, read: () => [[0n]], write: () => [] },
  read_uncommitted: { read: () => [[0n]], write: () => [] },
  wal_autocheckpoint: {
    read: ({ engine }) => [[BigInt(Math.floor(engine.options.walCheckpointBytes / engine.pageSize))]],
    write: () => [],
  },
  wal_checkpoint: {
    columns: { busy: 'INTEGER', log: 'INTEGER', checkpointed: 'INTEGER' },
    read: (session) => {
      session.checkpoint();
      return [[0n, 0n, 0n]];
    },
  },
  case_sensitive_like: { write: refuse('case_sensitive_like') },
  query_only: { read: () => [[0n]], write: off('query_only') },
  writable_schema: { read: () => [[0n]], write: off('writable_schema') },
  ignore_check_constraints: { read: () => [[0n]], write: off('ignore_check_constraints') },
  reverse_unordered_selects: { read: () => [[0n]], write: off('reverse_unordered_selects') },
  legacy_alter_table: { read: () => [[0n]], write: off('legacy_alter_table') },
  count_changes: { read: () => [[0n]], write: off('count_changes') },
};

/** A switch of the session. As in SQLite, one that decides about the checks of a transaction is fixed while it runs. */
function setting(name: 'foreignKeys' | 'deferForeignKeys' | 'recursiveTriggers', isFree = false): Pragma {
  return {
    read: ({ settings }) => [[settings[name] ? 1n : 0n]],
    write: (session, value) => {
      if (isFree || name !== 'foreignKeys' || !session.inTransaction) session.settings[name] = isOn(value);
      return [];
    },
  };
}

/** A number that the file keeps for its users. */
function stored(name: string): Pragma {
  return {
    read: ({ catalog, readPoint }) => [[BigInt(catalog.setting(readPoint, name))]],
    // 32 bits, as in SQLite.
    write: keep(name, (value) => Number(value) | 0),
  };
}

/** What says how long the history is kept. */
function ofHistory(name: HistorySettingName): Readonly<Record<string, Pragma>> {
  const { most, unit }: HistorySetting = HISTORY_SETTINGS[name];
  const numberOf = (value: SqlValue): number =>
    unit === null ? switchNumber(name, value) : wholeNumber(name, value, unit, 0, most);
  return {
    [name]: {
      read: ({ engine, readPoint }) => [[BigInt(historySetting(engine.catalog, readPoint, name))]],
      write: keep(name, numberOf),
    },
  };
}

/** Has the file keep the number that `numberOf` makes of the argument. */
function keep(name: string, numberOf: (value: SqlValue) => number): NonNullable<Pragma['write']> {
  return (session, value) => {
    const number = numberOf(value);
    session.write((transaction) => {
      transaction.set(name, number);
      return undefined;
    });
    return [];
  };
}

/** What is no such number must not be taken for 0: that would have the history dropped. */
function wholeNumber(name: string, value: SqlValue, unit: string, least: number, most: number): number {
  const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : Number.NaN;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new HeliosError('INVALID_VALUE', `${name} is ${shown(value)}; it takes whole ${unit}, ${least} to ${most}`);
}

/** What is neither on nor off must not be taken for off: that would have the history dropped. */
function switchNumber(name: string, value: SqlValue): number {
  if (isOn(value)) return 1;
  const isClear = typeof value === 'string' ? isOff(value) : value !== null && Number(value) === 0;
  if (isClear) return 0;
  throw new HeliosError('INVALID_VALUE', `${name} is ${shown(value)}; it takes on or off`);
}

function shown(value: SqlValue): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** A part of the memory budget, which the database has until it is closed. */
function memoryLimit(name: string, part: 'limitBytes' | 'cacheLimitBytes', least: number): Pragma {
  return {
    read: ({ engine }) => [[BigInt(Math.floor(engine.memory[part] / MEBIBYTE))]],
    write: ({ engine }, value) => {
      engine.memory[part] = wholeNumber(name, value, 'megabytes', least, MAX_MEGABYTES) * MEBIBYTE;
      return [];
    },
  };
}

function check({ engine }: Session): readonly Row[] {
  const { problems } = engine.check();
  return problems.length === 0 ? [['ok']] : problems.map(({ what }): Row => [what]);
}

function checkForeignKeys(session: Session, argument: SqlValue): readonly Row[] {
  const { catalog, readPoint } = session;
  const named = argument === null ? null : catalog.table(readPoint, String(argument));
  const tables = argument === null ? catalog.tables(readPoint) : named === null ? [] : [named];
  return foreignKeyProblems(session, tables).map(
    ({ table, rowid, parent, foreignKey }): Row => [table, BigInt(rowid), parent, BigInt(foreignKey)],
  );
}

function isOn(value: SqlValue): boolean {
  return typeof value === 'string' ? /^(on|yes|true|[1-9]\d*)$/i.test(value) : value !== null && Number(value) !== 0;
}

function isOff(value: SqlValue): boolean {
  return !isOn(value) && (typeof value !== 'string' || /^(off|no|false|none|0)$/i.test(value));
}

function level(value: SqlValue): number {
  if (typeof value !== 'string') return Number(value);
  const found = SYNCHRONOUS.indexOf(value.toLowerCase());
  return found >= 0 ? found : isOn(value) ? Number(value) || 1 : 0;
}

function only(name: string, isKept: boolean, hint: string): readonly Row[] {
  if (isKept) return [];
  throw new HeliosError('NOT_SUPPORTED', `this value of PRAGMA ${name} is not supported`, { hint });
}

function off(name: string): NonNullable<Pragma['write']> {
  return (_, value) => only(name, isOff(value), 'leave it off');
}

function refuse(name: string): NonNullable<Pragma['write']> {
  return () => {
    throw new HeliosError('NOT_SUPPORTED', `PRAGMA ${name} cannot be set`);
  };
}

/** A cursor over rows that are there. */
function valuesCursor(columns: readonly OutputColumn[], rows: readonly (readonly SqlValue[])[]): Cursor {
  const vectors = columns.map(({ type }, i) =>
    vectorOfValues(
      rows.map((row) => row[i]),
      physicalKindOf(type),
    ),
  );
  const source = new ReadySource({ vectors, selection: null, count: rows.length });
  return new Cursor(columns, source);
}
