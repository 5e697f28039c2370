import { HeliosError } from '../../base/errors.ts';
import type { EncodingName } from '../column/encodings/registry.ts';
import type { BlockLoader } from '../segment/block-loader.ts';
import type { BlockRun } from '../segment/directory.ts';
import { columnName } from '../segment/segment-format.ts';
import type { SegmentReader } from '../segment/segment-reader.ts';

/** A column or an index of a segment: what it takes, and how. */
export interface SegmentPart {
  /** The column's or the index's. */
  readonly id: number;
  readonly kind: 'column' | 'index';
  /** Of all that belongs to it: dictionary, large values and blocks. */
  readonly lengthBytes: number;
  readonly dictionary: { readonly lengthBytes: number; readonly entries: number } | null;
  readonly largeBytes: number;
  /** How many blocks have which encoding; damaged ones are not counted. */
  readonly encodings: Readonly<Partial<Record<EncodingName, number>>>;
  /** What is wrong, one text for each block that cannot be read. */
  readonly problems: readonly string[];
}

/** The columns and indexes of a segment in the order in which they are stored. Reads every block. Throws CORRUPT where the directory is damaged. */
export function segmentParts(reader: SegmentReader): readonly SegmentPart[] {
  const { columns, indexes } = reader.directory();
  let at = 0;
  const next = ({ offsets }: BlockRun): number => {
    const lengthBytes = offsets[offsets.length - 1] - at;
    at += lengthBytes;
    return lengthBytes;
  };
  return [
    ...columns.map(({ id, blocks, dictionary }): SegmentPart => {
      const lengthBytes = next(blocks);
      const entry = dictionary && { lengthBytes: dictionary.lengthBytes, entries: dictionary.entryCount };
      const largeBytes = lengthBytes - blocksBytes(blocks) - (dictionary?.lengthBytes ?? 0);
      const loader = () => reader.open(id).blocks;
      return { id, kind: 'column', lengthBytes, dictionary: entry, largeBytes, ...readBlocks(loader, blocks) };
    }),
    ...indexes.map(({ id, blocks }): SegmentPart => {
      const found = readBlocks(() => reader.indexBlocks(id), blocks);
      return { id, kind: 'index', lengthBytes: next(blocks), dictionary: null, largeBytes: 0, ...found };
    }),
  ];
}

/** `columnNames` by number; a column that the table has lost has none. */
export function partName({ id, kind }: SegmentPart, columnNames: readonly string[], indexName?: string): string {
  if (kind === 'index') return `index ${indexName ?? id}`;
  if (id < 0) return columnName(id);
  return columnNames[id] ?? columnName(id);
}

/** `3 plain, 12 delta`, or the name alone where there is one. */
export function encodingsText({ encodings }: Pick<SegmentPart, 'encodings'>): string {
  const counts = Object.entries(encodings);
  return counts.map(([name, count]) => (counts.length === 1 ? name : `${count} ${name}`)).join(', ');
}

function blocksBytes({ offsets }: BlockRun): number {
  return offsets[offsets.length - 1] - offsets[0];
}

function readBlocks(loader: () => BlockLoader, { crcs }: BlockRun): Pick<SegmentPart, 'encodings' | 'problems'> {
  const encodings: Partial<Record<EncodingName, number>> = {};
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof HeliosError) || error.code !== 'CORRUPT') throw error;
      problems.push(error.message);
      return null;
    }
  };
  // Without its dictionary a column has no readable block.
  const blocks = attempt(loader);
  for (let b = 0; blocks !== null && b < crcs.length; b++) {
    const encoding = attempt(() => blocks.encodingOf(b));
    if (encoding !== null) encodings[encoding] = (encodings[encoding] ?? 0) + 1;
  }
  return { encodings, problems };
}
