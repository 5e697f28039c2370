/**
 * How many bytes each column of some shapes of rows takes in a segment, by which encodings, and how fast it is decoded.
 * Arguments are CSV files, whose numeric columns are measured in long form: time, name, value.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { BlockCache } from '../src/engine/cache/block-cache.ts';
import type { ColumnVector } from '../src/engine/column/vector.ts';
import { pagesFor } from '../src/engine/extent/layout.ts';
import { encodingsText, partName, segmentParts } from '../src/engine/inspect/segment-parts.ts';
import type { BlockLoader } from '../src/engine/segment/block-loader.ts';
import { SegmentReader } from '../src/engine/segment/segment-reader.ts';
import { sortPermutation } from '../src/engine/table/sort-permutation.ts';
import { loadLateParts } from '../src/sql/late-parts.ts';
import { openMemoryStorage } from '../src/storage/memory-storage.ts';
import { buildWhole, storeWhole } from '../test/support/whole-segments.ts';
import { DATA_SETS, type DataSet, longForm } from './data-sets.ts';

const PAGE_BYTES = 4096;

const { values: options, positionals: files } = parseArgs({
  options: { rows: { type: 'string', default: '200000' }, only: { type: 'string', multiple: true } },
  allowPositionals: true,
});

interface Part {
  readonly name: string;
  readonly lengthBytes: number;
  readonly encodings: string;
  readonly decodeNanoseconds: number | null;
}

function measure(set: DataSet): void {
  const names = Object.keys(set.columns);
  const vectors = Object.values(set.columns).map(vectorOf);
  const rowCount = set.columns[names[0]].length;
  const rowids = Float64Array.from({ length: rowCount }, (_, i) => i + 1);
  const started = performance.now();
  const image = buildWhole({
    id: 1,
    kind: 'current',
    rowCount,
    rowids,
    created: Float64Array.from(rowids, (id) => Math.floor(id / 10_000)),
    ended: null,
    columns: vectors.map((vector, id) => ({
      id,
      physical: vector.kind === 'number' ? (set.integers.includes(names[id]) ? 'integer' : 'real') : 'text',
      vector: () => vector,
    })),
    indexes: set.indexes.map((keys, id) => ({
      id,
      permutation: () => {
        const sortKeys = keys.map((key) => {
          const [name, direction] = key.split(' ');
          const vector = vectors[names.indexOf(name)];
          return { vector, descending: direction === 'DESC', collation: 'BINARY' } as const;
        });
        return sortPermutation(sortKeys, rowCount);
      },
    })),
  });
  const built = performance.now() - started;
  const { main } = openMemoryStorage();
  const extent = { firstPage: 0, pageCount: pagesFor(image.lengthBytes, PAGE_BYTES) };
  const meta = storeWhole(main, PAGE_BYTES, extent, image);
  const reader = new SegmentReader(main, PAGE_BYTES, meta, new BlockCache(0));
  const parts = partsOf(reader, names, set);
  print(set.name, parts, rowCount, names.length, image.lengthBytes, built);
}

function partsOf(reader: SegmentReader, names: readonly string[], set: DataSet): Part[] {
  const stored = segmentParts(reader).map((part): Part => {
    const { id, kind, dictionary, lengthBytes } = part;
    const name = partName(part, names, kind === 'index' ? set.indexes[id].join(', ') : undefined);
    const blocks = kind === 'index' ? reader.indexBlocks(id) : reader.open(id).blocks;
    return {
      name: dictionary === null ? name : `${name} (${dictionary.entries} texts)`,
      lengthBytes,
      encodings: encodingsText(part),
      decodeNanoseconds: decodeNanoseconds(blocks, reader.blockCount, reader.rowCount),
    };
  });
  const lengthBytes = reader.meta.directoryLength;
  return [...stored, { name: 'directory', lengthBytes, encodings: '', decodeNanoseconds: null }];
}

/** How long it takes to read all blocks anew, for each value; the best of three times. */
function decodeNanoseconds(blocks: BlockLoader, blockCount: number, rowCount: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 3; turn++) {
    const started = performance.now();
    for (let b = 0; b < blockCount; b++) blocks.decodeFromFile(b);
    best = Math.min(best, performance.now() - started);
  }
  return (best / rowCount) * 1e6;
}

function vectorOf(values: readonly string[] | Float64Array): ColumnVector {
  return values instanceof Float64Array ? { kind: 'number', values, nulls: null } : { kind: 'value', values };
}

function print(
  name: string,
  parts: readonly Part[],
  rowCount: number,
  columnCount: number,
  lengthBytes: number,
  milliseconds: number,
): void {
  const table = new Table({
    head: [name, 'bytes/row', 'encodings', 'decode ns/value'],
    colAligns: ['left', 'right', 'left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const part of parts) {
    const nanoseconds = part.decodeNanoseconds === null ? '' : part.decodeNanoseconds.toFixed(1);
    table.push([part.name, (part.lengthBytes / rowCount).toFixed(3), part.encodings, nanoseconds]);
  }
  const perRow = lengthBytes / rowCount;
  const perValue = (perRow / columnCount).toFixed(3);
  table.push([
    `all ${rowCount} rows`,
    perRow.toFixed(3),
    `${perValue} a value`,
    `${milliseconds.toFixed(0)} ms to build`,
  ]);
  process.stdout.write(`${table.toString()}\n`);
}

await loadLateParts();
const sets = [
  ...DATA_SETS.map(({ name, make }) => ({ name, make: () => make(Number(options.rows)) })),
  ...files.map((path) => ({
    name: basename(path),
    make: () => longForm(basename(path), readFileSync(path, 'utf8')),
  })),
];
for (const { name, make } of sets) if (options.only?.includes(name) ?? true) measure(make());
