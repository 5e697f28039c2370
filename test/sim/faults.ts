import type { SimFileName } from './pending-operation.ts';
import { SECTOR_BYTES } from './pending-operation.ts';
import type { SeededRandom } from './seeded-random.ts';

export type OperationKind = 'read' | 'write' | 'truncate' | 'flush';

/**
 * What goes wrong.
 * - io: IO is thrown. Of a write, a part may have happened. After a failed flush what was not durable is gone, and marked clean.
 * - disk-full: DISK_FULL is thrown, after a part of the write.
 * - quota: the same as QUOTA_EXCEEDED.
 * - crash: the power fails. A write or truncate has reached the cache, a flush has done nothing. Everything later throws.
 * - lie: a flush returns and has done nothing.
 * - bit-flip: a read returns one wrong bit. stale: what was durable, not what was written. misplaced: another sector's bytes.
 * - dead: the handle dies: this and every later operation on the file throws IO.
 */
export type FaultEffect = 'io' | 'disk-full' | 'quota' | 'crash' | 'lie' | 'bit-flip' | 'stale' | 'misplaced' | 'dead';

export interface Fault {
  readonly effect: FaultEffect;
  /** Which operations count; 'change' is write, truncate and flush. Default 'any'. */
  readonly on?: OperationKind | 'change' | 'any';
  /** Only this file's. Default both. */
  readonly file?: SimFileName;
  /** The first operation that it meets, counted from 1 among those that count, from when the fault was set. */
  readonly at: number;
  /** How many it meets: 1 by default, Infinity for good. */
  readonly times?: number;
}

/** The power failed. No HeliosError: a database that catches it and goes on would be caught by the next operation. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';
}

const APPLICABLE: Readonly<Record<FaultEffect, readonly OperationKind[]>> = {
  io: ['read', 'write', 'truncate', 'flush'],
  'disk-full': ['write', 'truncate', 'flush'],
  quota: ['write', 'truncate', 'flush'],
  crash: ['read', 'write', 'truncate', 'flush'],
  lie: ['flush'],
  'bit-flip': ['read'],
  stale: ['read'],
  misplaced: ['read'],
  dead: ['read', 'write', 'truncate', 'flush'],
};

interface ActiveFault {
  readonly fault: Fault;
  met: number;
}

/** The faults that are set, and their counters. */
export class FaultPlan {
  private active: ActiveFault[] = [];

  add(fault: Fault): void {
    this.active.push({ fault, met: 0 });
  }

  clear(): void {
    this.active = [];
  }

  /** The effect that meets this operation, or null. Counts it for every fault that it concerns. */
  next(file: SimFileName, kind: OperationKind): FaultEffect | null {
    let effect: FaultEffect | null = null;
    for (const each of this.active) {
      const { fault } = each;
      if (!concerns(fault, file, kind)) continue;
      each.met++;
      const last = fault.at + (fault.times ?? 1) - 1;
      if (each.met >= fault.at && each.met <= last && effect === null) effect = fault.effect;
    }
    return effect;
  }
}

function concerns(fault: Fault, file: SimFileName, kind: OperationKind): boolean {
  if (fault.file !== undefined && fault.file !== file) return false;
  if (!APPLICABLE[fault.effect].includes(kind)) return false;
  const on = fault.on ?? 'any';
  return on === 'any' || on === kind || (on === 'change' && kind !== 'read');
}

/** Flips one bit of the bytes that were read. */
export function flipBit(bytes: Uint8Array, random: SeededRandom): void {
  if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
}

/** The sector-aligned shift of a misplaced read: another place of the file, when it has one. */
export function misplacedOffset(at: number, sizeBytes: number, random: SeededRandom): number {
  const sectors = Math.floor(sizeBytes / SECTOR_BYTES);
  if (sectors < 2) return at;
  const own = Math.floor(at / SECTOR_BYTES);
  const other = (own + 1 + random.below(sectors - 1)) % sectors;
  return other * SECTOR_BYTES + (at % SECTOR_BYTES);
}
