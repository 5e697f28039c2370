import { BlockCache } from '../../src/engine/cache/block-cache.ts';
import type { TableDefinition } from '../../src/engine/catalog/definitions.ts';
import { Engine } from '../../src/engine/engine.ts';
import { loadManifest } from '../../src/engine/manifest/manifest-store.ts';
import { readSuperblocks } from '../../src/engine/manifest/superblock.ts';
import type { BlockRun } from '../../src/engine/segment/directory.ts';
import { CREATED_ID, ENDED_ID, ROWID_ID, type SegmentMeta } from '../../src/engine/segment/segment-format.ts';
import { SegmentReader } from '../../src/engine/segment/segment-reader.ts';
import { LOCATION_SOURCE, SEGMENTS_BASE } from '../../src/engine/table/access.ts';
import { Session } from '../../src/sql/session.ts';
import type { Storage } from '../../src/storage/storage.ts';
import type { LyingDisk } from '../sim/lying-storage.ts';
import { SeededRandom } from '../sim/seeded-random.ts';
import { SimulatedClock } from '../sim/simulated-clock.ts';
import { query } from '../support/sql-session.ts';

/** What is stored at a stretch of the main file, and which rows of which table need it. */
export interface Place {
  readonly what: string;
  readonly at: number;
  readonly lengthBytes: number;
  readonly tableId: number;
  readonly segment: number;
  /** Null: none of the rows. */
  readonly block: number | 'all' | null;
}

/** The newest state: rows as JSON by rowid, and where the version of each lies. */
export interface TableRows {
  readonly id: number;
  readonly name: string;
  readonly rows: ReadonlyMap<number, string>;
  /** Segment and block; null where the row is in the log alone. */
  readonly stored: ReadonlyMap<number, { readonly segment: number; readonly block: number } | null>;
}

export function openEngine(storage: Storage): Engine {
  return Engine.open(storage, new SimulatedClock(), new SeededRandom(1));
}

/** All pieces of all segments, from files that are whole. */
export function placesOf(disk: LyingDisk): Place[] {
  const { main } = disk.moment().open();
  const superblock = readSuperblocks(main);
  if (superblock === 'empty' || superblock.manifest === null) return [];
  const { pageSize } = superblock;
  const { tables, catalog } = loadManifest(main, superblock);
  const dropped = new Map<number, Set<number>>();
  for (const { kind, id, definition } of catalog) if (kind === 'table') dropped.set(id, droppedColumns(definition));
  return tables.flatMap(({ tableId, segments }) =>
    segments.flatMap(({ meta }) => {
      const reader = new SegmentReader(main, pageSize, meta, new BlockCache(0));
      return placesOfSegment(reader, tableId, meta.extent.firstPage * pageSize, dropped.get(tableId) ?? new Set());
    }),
  );
}

function droppedColumns(definition: string): Set<number> {
  const { columns } = JSON.parse(definition) as TableDefinition;
  return new Set(columns.flatMap((column, i) => (column.dropped ? [i] : [])));
}

function placesOfSegment(reader: SegmentReader, tableId: number, start: number, dropped: ReadonlySet<number>): Place[] {
  const { meta } = reader;
  const { columns, indexes } = reader.directory();
  const places: Place[] = [];
  const add = (what: string, offset: number, lengthBytes: number, block: Place['block']) => {
    if (lengthBytes > 0) places.push({ what, at: start + offset, lengthBytes, tableId, segment: meta.id, block });
  };
  const addBlocks = (what: string, { offsets, crcs }: BlockRun, needed: (b: number) => Place['block']) => {
    for (let b = 0; b < crcs.length; b++)
      add(`${what}, block ${b}`, offsets[b], offsets[b + 1] - offsets[b], needed(b));
  };
  for (const { id, dictionary, blocks } of columns) {
    if (dictionary !== null)
      add(`dictionary of column ${id}`, dictionary.offset, dictionary.lengthBytes, dropped.has(id) ? null : 'all');
    addBlocks(`column ${id}`, blocks, (b) => (isNeeded(id, meta) && !dropped.has(id) ? b : null));
  }
  for (const { id, blocks } of indexes) addBlocks(`index ${id}`, blocks, () => null);
  add('directory', meta.directoryOffset, meta.directoryLength, 'all');
  return places;
}

/** Rowids without a gap are known from the manifest. */
function isNeeded(id: number, meta: SegmentMeta): boolean {
  if (id === CREATED_ID || id === ENDED_ID) return false;
  return id !== ROWID_ID || !(meta.uniqueRowids && meta.maxRowid - meta.minRowid + 1 === meta.rowCount);
}

export function rowsOf(engine: Engine): TableRows[] {
  const session = new Session(engine);
  const tables = engine.catalog.tables(engine.current).filter(({ keysOf }) => keysOf === undefined);
  return tables.map(({ id, name }) => {
    const table = engine.table(id);
    const found = query(session, `SELECT rowid, * FROM "${name}" ORDER BY rowid`);
    const rows = new Map(found.map((row) => [Number(row[0]), JSON.stringify(row, printable)]));
    const stored = new Map([...rows.keys()].map((rowid) => [rowid, placeOfRow(table, engine, rowid)]));
    return { id, name, rows, stored };
  });
}

function placeOfRow(table: ReturnType<Engine['table']>, engine: Engine, rowid: number) {
  const location = table.find(engine.current, rowid);
  if (location < SEGMENTS_BASE) return null;
  const { meta } = table.segments[Math.floor((location - SEGMENTS_BASE) / LOCATION_SOURCE)].reader;
  return { segment: meta.id, block: Math.floor((location % LOCATION_SOURCE) / meta.blockRows) };
}

function printable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Uint8Array ? [...value] : value;
}

/** Definitions as the catalogue shows them. */
export function definitionsOf(engine: Engine): unknown[][] {
  return query(new Session(engine), 'SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name');
}
