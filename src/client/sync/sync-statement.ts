import type { OutputColumn } from '../../sql/cursor.ts';
import { type Presenter, presenter } from '../../sql/expressions/coercion/present.ts';
import type { PreparedStatement } from '../../sql/prepared-statement.ts';
import { checkSyncOptions } from '../options.ts';
import { publicColumns } from '../row-builder.ts';
import type { Params, ResultColumn, Row, RunResult, SyncQueryOptions, SyncStatement } from '../types.ts';
import { iterateRows, readResult } from './read-rows.ts';
import type { SyncCore } from './sync-core.ts';

const NO_PARAMS: Params = [];

export class SyncStatementHandle<R = Row> implements SyncStatement<R> {
  private readonly core: SyncCore;
  private readonly prepared: PreparedStatement;
  private readonly isRead: boolean;
  private columnsSeen: readonly OutputColumn[] = [];
  private presenters: readonly Presenter[] = [];

  constructor(core: SyncCore, prepared: PreparedStatement) {
    this.core = core;
    this.prepared = prepared;
    this.isRead = prepared.access === 'read';
  }

  get columns(): readonly ResultColumn[] {
    return publicColumns(this.prepared.columns);
  }

  all(params: Params = NO_PARAMS, options: SyncQueryOptions = {}): R[] {
    checkSyncOptions(options);
    return readResult<R>(this.core, this.prepared, params, options.rowMode).rows;
  }

  get(params: Params = NO_PARAMS, options: SyncQueryOptions = {}): R | undefined {
    const { core, prepared } = this;
    core.checkOpen();
    checkSyncOptions(options);
    const values = this.isRead ? prepared.get(params) : core.change(() => prepared.get(params));
    if (values === null) return undefined;
    this.followColumns();
    const { presenters, columnsSeen } = this;
    const present = (i: number): unknown => {
      const value = presenters[i](values[i]);
      return value instanceof Uint8Array ? new Uint8Array(value) : value;
    };
    if (options.rowMode === 'array') return values.map((_, i) => present(i)) as R;
    const row: Record<string, unknown> = Object.setPrototypeOf({}, null);
    for (let i = 0; i < values.length; i++) row[columnsSeen[i].name] = present(i);
    return row as R;
  }

  run(params: Params = NO_PARAMS): RunResult {
    const { core, prepared } = this;
    if (this.isRead) core.checkOpen();
    const { changes, lastInsertRowid } = this.isRead ? prepared.run(params) : core.run(prepared, params);
    return { changes, lastInsertRowid };
  }

  iterate(params: Params = NO_PARAMS, options: SyncQueryOptions = {}): IterableIterator<R> {
    checkSyncOptions(options);
    return iterateRows<R>(this.core, this.prepared, params, options.rowMode);
  }

  close(): void {
    this.prepared.close();
  }

  /** A change of the schema may have given the statement other columns. */
  private followColumns(): void {
    const { columns } = this.prepared;
    if (columns === this.columnsSeen) return;
    this.columnsSeen = columns;
    this.presenters = columns.map(({ type }) => presenter(type, this.core.present));
  }
}
