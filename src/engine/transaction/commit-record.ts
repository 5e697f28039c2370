import type { ByteReader, ByteWriter } from '../../base/bytes.ts';
import { type Catalog, ENTRY_KINDS, entryOf, LIVE } from '../catalog/catalog.ts';
import type { TableDefinition } from '../catalog/definitions.ts';
import { decodeColumn, encodeColumn, readOneRow } from '../column/encodings/registry.ts';
import type { ColumnValue } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import { MANIFEST_WRITING } from '../manifest/late-parts.ts';
import type { ManifestSegment } from '../manifest/manifest-format.ts';
import { readSegment } from '../manifest/manifest-reader.ts';
import { LOCATION_SOURCE, ROWID_COLUMN, SEGMENTS_BASE } from '../table/access.ts';
import { chunkEnd } from '../table/delta.ts';
import { columnValueAt } from '../table/delta-column.ts';
import type { Table } from '../table/table.ts';
import type { TableChanges, WriteTransaction } from './write-transaction.ts';

/**
 * The payload of a WAL frame: the net effect of one transaction, as operations one after the other.
 *
 *   END_OF_RECORD  u8
 *   ADD_ENTRY      u8, kind u8 (0 table, 1 index, 2 view, 3 trigger, 4 setting), definition text (JSON)
 *   END_ENTRY      u8, kind u8, id varint
 *   END_ROWS       u8, table id varint, count varint, rowids column
 *   INSERT_ROWS    u8, table id varint, count varint, rowids column, columns varint, (column id varint, column)*
 *   NEXT_ROWID     u8, table id varint, rowid varint
 *   ADD_SEGMENT    u8, table id varint, a segment as the manifest has it
 *
 * Columns are encoded as in segments, self-contained. Rows that the transaction both created and ended are not in it:
 * nobody can have seen them. What did not stay in memory is in segments, which are durable before the record is
 * written: a record that is not there leaves them free pages. Ended rows come first: they name the version that was live before the transaction. A new
 * version of a definition is an END_ENTRY and an ADD_ENTRY of the same id. Rows are written as the last version has them.
 */
const END_OF_RECORD = 0;
const ADD_ENTRY = 1;
const END_ENTRY = 2;
const END_ROWS = 3;
const INSERT_ROWS = 4;
const NEXT_ROWID = 5;
const ADD_SEGMENT = 6;

/** Rowids of one END_ROWS: a transaction that ends more has several. */
const ENDS_AT_ONCE = 65_536;

/** In a record, about: a definition, an end, and rows beside those of the delta. */
const DEFINITION_BYTES = 256;
const END_BYTES = 4;
const PACKED_SHARE = 0.5;

/** What replaying a record changes. */
export interface ReplayTarget {
  readonly catalog: Catalog;
  table(id: number): Table;
  /** A new table, or a newer version of its definition. */
  registerTable(definition: TableDefinition): void;
  /** Adds a segment behind those that the table has. */
  addSegment(table: Table, segment: ManifestSegment): void;
  /** Rows that may be gone because the file is damaged: ending them is no error. None where it is left out. */
  readonly mayLack?: ((table: Table, rowid: number) => boolean) | undefined;
}

export function encodeCommit(writer: ByteWriter, transaction: WriteTransaction): void {
  for (const { entry, action } of transaction.catalogSteps) {
    if (entry.definition.temporary) continue;
    if (action === 'end' || action === 'replace') {
      writer.u8(END_ENTRY);
      writer.u8(ENTRY_KINDS.indexOf(entry.kind));
      writer.varint(entry.definition.id);
    }
    if (action !== 'end') {
      writer.u8(ADD_ENTRY);
      writer.u8(ENTRY_KINDS.indexOf(entry.kind));
      writer.text(JSON.stringify(entry.definition));
    }
  }
  const logged = [...transaction.changes.values()].filter(({ table }) => !table.definition.temporary);
  for (const changes of logged) encodeEnds(writer, changes);
  for (const changes of logged) encodeInserts(writer, changes);
  for (const changes of logged) encodeSegments(writer, changes);
  writer.u8(END_OF_RECORD);
}

/** About as many bytes as {@link encodeCommit} appends: when a checkpoint is due depends on it. */
export function commitBytes({ catalogSteps, changes }: WriteTransaction): number {
  let bytes = catalogSteps.length * DEFINITION_BYTES;
  for (const { table, firstPosition, ended } of changes.values()) {
    const { delta, definition } = table;
    if (definition.temporary) continue;
    const share = delta.length === 0 ? 0 : (delta.length - firstPosition) / delta.length;
    bytes += ended.length * END_BYTES + share * delta.sizeBytes() * PACKED_SHARE;
  }
  return Math.ceil(bytes);
}

function encodeEnds(writer: ByteWriter, changes: TableChanges): void {
  const { table, firstPosition, firstSegment, ended } = changes;
  const firstOwn = SEGMENTS_BASE + firstSegment * LOCATION_SOURCE;
  const rowids = new Float64Array(Math.min(ended.length, ENDS_AT_ONCE));
  let count = 0;
  const flush = (): void => {
    if (count > 0) encodeRowids(writer, table, rowids, count);
    count = 0;
  };
  ended.forEach((location) => {
    if (location < LOCATION_SOURCE ? location >= firstPosition : location >= firstOwn) return;
    rowids[count++] = table.valueAt(location, ROWID_COLUMN) as number;
    if (count === ENDS_AT_ONCE) flush();
  });
  flush();
}

function encodeRowids(writer: ByteWriter, table: Table, rowids: Float64Array, count: number): void {
  writer.u8(END_ROWS);
  writer.varint(table.definition.id);
  writer.varint(count);
  encodeColumn(writer, 'integer', { kind: 'number', values: rowids, nulls: null }, 0, count);
}

function encodeInserts(writer: ByteWriter, { table, firstPosition, firstNextRowid, ended }: TableChanges): void {
  const { delta } = table;
  const endedOwn = ended.hasDeltaFrom(firstPosition);
  for (let from = firstPosition; from < delta.length; ) {
    const to = chunkEnd(from, delta.length);
    if (endedOwn) encodeLiveRows(writer, table, from, to);
    else encodeRows(writer, table, to - from, (column) => delta.view(column, from, to));
    from = to;
  }
  const { sequence } = table.rowids;
  if (table.definition.autoincrement && sequence !== firstNextRowid.sequence) {
    writer.u8(NEXT_ROWID);
    writer.varint(table.definition.id);
    writer.varint(sequence + 1);
  }
}

function encodeSegments(writer: ByteWriter, { table, firstSegment }: TableChanges): void {
  for (const segment of table.segments.slice(firstSegment)) {
    writer.u8(ADD_SEGMENT);
    writer.varint(table.definition.id);
    MANIFEST_WRITING.get().writeSegment(writer, { meta: segment.reader.meta, ended: segment.endedRows() });
  }
}

function encodeLiveRows(writer: ByteWriter, table: Table, from: number, to: number): void {
  const { delta } = table;
  const positions = new Uint32Array(to - from);
  let count = 0;
  for (let position = from; position < to; position++) {
    if (delta.ended.get(position) === LIVE) positions[count++] = position;
  }
  if (count > 0) encodeRows(writer, table, count, (column) => delta.gather(column, positions.subarray(0, count)));
}

function encodeRows(
  writer: ByteWriter,
  table: Table,
  rowCount: number,
  vector: (column: number) => ColumnVector,
): void {
  const { columns, rowidColumn, id } = table.definition;
  writer.u8(INSERT_ROWS);
  writer.varint(id);
  writer.varint(rowCount);
  encodeColumn(writer, 'integer', vector(ROWID_COLUMN), 0, rowCount);
  writer.varint(columns.length - (rowidColumn === null ? 0 : 1));
  for (let column = 0; column < columns.length; column++) {
    if (column === rowidColumn) continue;
    writer.varint(column);
    encodeColumn(writer, table.physicalKind(column), vector(column), 0, rowCount);
  }
}

/** Applies a record as the given transaction. */
export function replayCommit(reader: ByteReader, transaction: number, target: ReplayTarget): void {
  for (;;) {
    const operation = reader.u8();
    switch (operation) {
      case END_OF_RECORD:
        return;
      case ADD_ENTRY:
        replayAddEntry(reader, transaction, target);
        break;
      case END_ENTRY:
        replayEndEntry(reader, transaction, target);
        break;
      case END_ROWS:
        replayEnds(reader, transaction, target);
        break;
      case INSERT_ROWS:
        replayInserts(reader, transaction, target);
        break;
      case NEXT_ROWID: {
        const table = target.table(reader.varint());
        table.rowids.resume(reader.varint());
        break;
      }
      case ADD_SEGMENT:
        replaySegment(reader, transaction, target);
        break;
      default:
        reader.fail(`unknown operation ${operation}`);
    }
  }
}

function replayAddEntry(reader: ByteReader, transaction: number, target: ReplayTarget): void {
  const kind = ENTRY_KINDS[reader.u8()];
  if (kind === undefined) reader.fail('an unknown kind of definition');
  const entry = entryOf(kind, JSON.parse(reader.text()), transaction, LIVE);
  target.catalog.add(entry);
  if (entry.kind === 'table') target.registerTable(entry.definition);
  else if (entry.kind === 'index') target.table(entry.definition.tableId).addIndex(entry.definition);
}

function replayEndEntry(reader: ByteReader, transaction: number, target: ReplayTarget): void {
  const kind = ENTRY_KINDS[reader.u8()];
  const id = reader.varint();
  const entry = target.catalog.live(id);
  if (entry === null || entry.kind !== kind) reader.fail(`the end of an unknown object ${id}`);
  target.catalog.end(entry, transaction);
  if (entry.kind === 'index') target.table(entry.definition.tableId).removeIndex(id);
}

function replayEnds(reader: ByteReader, transaction: number, target: ReplayTarget): void {
  const table = target.table(reader.varint());
  const count = reader.varint();
  const rowids = decodeColumn(reader, 'integer', count, null);
  const before = { transaction: transaction - 1 };
  for (let i = 0; i < count; i++) {
    const rowid = columnValueAt(rowids, i) as number;
    const location = table.find(before, rowid);
    if (location < 0) {
      if (target.mayLack?.(table, rowid)) continue;
      reader.fail(`the end of row ${rowid} of ${table.definition.name}, which is not there,`);
    }
    table.markEnded(location, transaction);
    table.noteRemoved(rowid);
  }
}

function replayInserts(reader: ByteReader, transaction: number, target: ReplayTarget): void {
  const table = target.table(reader.varint());
  const rowCount = reader.varint();
  if (rowCount === 1) {
    replayInsert(reader, transaction, table);
    return;
  }
  const rowids = decodeColumn(reader, 'integer', rowCount, null);
  const columns: (ColumnVector | null)[] = new Array(table.definition.columns.length).fill(null);
  for (let left = reader.varint(); left > 0; left--) {
    const column = readColumnNumber(reader, table);
    columns[column] = decodeColumn(reader, table.physicalKind(column), rowCount, null);
  }
  if (rowids.kind !== 'number') reader.fail('rowids beyond 2^53');
  table.delta.appendColumns(transaction, rowids.values, columns);
  for (const rowid of rowids.values) table.noteRowid(rowid);
}

/** What most frames of a gateway hold, without a vector for each value. */
function replayInsert(reader: ByteReader, transaction: number, table: Table): void {
  const rowid = readOneRow(reader, 'integer');
  if (typeof rowid !== 'number') reader.fail('rowids beyond 2^53');
  const values: ColumnValue[] = new Array(table.definition.columns.length).fill(null);
  for (let left = reader.varint(); left > 0; left--) {
    const column = readColumnNumber(reader, table);
    values[column] = readOneRow(reader, table.physicalKind(column));
  }
  table.appendVersion(transaction, rowid, values);
}

function readColumnNumber(reader: ByteReader, { definition }: Table): number {
  const column = reader.varint();
  if (column >= definition.columns.length) reader.fail(`column ${column} of ${definition.name}`);
  return column;
}

function replaySegment(reader: ByteReader, transaction: number, target: ReplayTarget): void {
  const table = target.table(reader.varint());
  const segment = readSegment(reader);
  const { kind, minCreated, maxCreated, maxRowid } = segment.meta;
  if (kind !== 'current' || minCreated !== transaction || maxCreated !== transaction)
    reader.fail(`a segment of ${table.definition.name} that is not of its transaction`);
  target.addSegment(table, segment);
  table.noteRowid(maxRowid);
  // The row of the largest rowid may be among those that have ended.
  if (segment.ended.positions.length > 0) table.noteRemoved(maxRowid);
}
