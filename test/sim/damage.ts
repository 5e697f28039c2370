import type { ChunkedBytes } from '../../src/storage/chunked-bytes.ts';
import { type PendingOperation, type SimFileName, sectorPieces } from './pending-operation.ts';
import { SeededRandom } from './seeded-random.ts';

/**
 * What a crash does to the changes that were not flushed. Plain data: a failing state is reproduced from the printed
 * JSON. Numbers count the unflushed changes of both files together, oldest first, from 0.
 */
export type Damage =
  /** The first `count` arrived, the others did not: 0 is "none kept", all of them "all kept". */
  | { readonly kind: 'prefix'; readonly count: number }
  /** All but one arrived. */
  | { readonly kind: 'without'; readonly operation: number }
  /** One alone arrived. */
  | { readonly kind: 'only'; readonly operation: number }
  /** Everything before arrived, of this write the first `sectors` sectors, nothing after. */
  | { readonly kind: 'torn'; readonly operation: number; readonly sectors: number }
  /** All changes of one file arrived, none of the other. */
  | { readonly kind: 'file'; readonly file: SimFileName }
  /** Per sector: kept, lost or torn; changes in another order; sizes that grew without their bytes. */
  | { readonly kind: 'random'; readonly seed: number };

/** A pending change and where it belongs. */
export interface FilePending {
  readonly file: SimFileName;
  readonly operation: PendingOperation;
}

export type Images = Readonly<Record<SimFileName, ChunkedBytes>>;

/** Writes of more sectors than this are torn at their first, middle and last sector only. */
const TORN_EVERYWHERE_SECTORS = 8;

/** Every simple damage: all kept, none kept, each prefix, each one lost, each one alone, each write torn, one file only. */
export function simpleDamages(pending: readonly FilePending[]): Damage[] {
  const damages: Damage[] = [];
  for (let count = 0; count <= pending.length; count++) damages.push({ kind: 'prefix', count });
  for (let operation = 0; operation < pending.length; operation++) {
    // The last one lost, and the first one alone, are prefixes already.
    if (operation < pending.length - 1) damages.push({ kind: 'without', operation });
    if (operation > 0) damages.push({ kind: 'only', operation });
    for (const sectors of tearPoints(pending[operation].operation)) damages.push({ kind: 'torn', operation, sectors });
  }
  for (const file of ['main', 'wal'] as const) {
    const own = pending.filter((each) => each.file === file).length;
    if (own > 0 && own < pending.length) damages.push({ kind: 'file', file });
  }
  return damages;
}

function tearPoints(operation: PendingOperation): number[] {
  if (operation.kind === 'truncate') return [];
  const sectors = sectorPieces(operation.at, operation.bytes).length;
  if (sectors <= TORN_EVERYWHERE_SECTORS) return Array.from({ length: Math.max(0, sectors - 1) }, (_, i) => i + 1);
  return [1, sectors >> 1, sectors - 1];
}

/** Brings what survives of `pending` into the durable images. */
export function applyDamage(images: Images, pending: readonly FilePending[], damage: Damage): void {
  const keep = (each: FilePending) => applyOperation(images[each.file], each.operation);
  switch (damage.kind) {
    case 'prefix':
      pending.slice(0, damage.count).forEach(keep);
      return;
    case 'without':
      pending.filter((_, i) => i !== damage.operation).forEach(keep);
      return;
    case 'only':
      pending.filter((_, i) => i === damage.operation).forEach(keep);
      return;
    case 'file':
      pending.filter((each) => each.file === damage.file).forEach(keep);
      return;
    case 'torn': {
      pending.slice(0, damage.operation).forEach(keep);
      const { file, operation } = pending[damage.operation];
      if (operation.kind === 'truncate') return;
      for (const piece of sectorPieces(operation.at, operation.bytes).slice(0, damage.sectors)) {
        images[file].write(piece.bytes, piece.at);
      }
      return;
    }
    case 'random':
      applyAtRandom(images, pending, new SeededRandom(damage.seed));
  }
}

export function applyOperation(image: ChunkedBytes, operation: PendingOperation): void {
  if (operation.kind === 'write') image.write(operation.bytes, operation.at);
  else image.truncate(operation.size);
}

function applyAtRandom(images: Images, pending: readonly FilePending[], random: SeededRandom): void {
  const order = [...pending];
  if (random.chance(0.25)) random.shuffle(order);
  // Each crash has its own mood: from nearly everything kept to nearly everything lost.
  const lossRate = random.pick([0.02, 0.2, 0.5, 0.9]);
  const tearRate = random.pick([0, 0.1, 0.5]);
  for (const { file, operation } of order) {
    const image = images[file];
    if (operation.kind === 'truncate') {
      if (!random.chance(lossRate)) image.truncate(operation.size);
      continue;
    }
    for (const piece of sectorPieces(operation.at, operation.bytes)) {
      if (!random.chance(lossRate))
        image.write(random.chance(tearRate) ? torn(piece.bytes, random) : piece.bytes, piece.at);
    }
    // The new size is a change of its own, and may arrive before the bytes: zeros.
    const end = operation.at + operation.bytes.length;
    if (end > image.size && random.chance(0.5)) image.truncate(end);
  }
}

/** The beginning of a sector arrived, the rest is what it was before. */
function torn(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  return bytes.subarray(0, random.below(bytes.length));
}
