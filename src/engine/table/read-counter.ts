import { LIMITS } from '../../base/limits.ts';
import { LOCATION_SOURCE, type ScanReads, SEGMENTS_BASE } from './access.ts';
import type { ScanSources } from './table-scan.ts';

/** Counts the blocks that found rows lie in, from when somebody first asks. */
export class ReadCounter {
  private readonly segmentCount: number;
  private blocks: Set<number> | null = null;

  constructor({ segments }: ScanSources) {
    this.segmentCount = segments.length;
  }

  /** Blocks lie in segments: rows of deltas are in none. */
  count(locations: Float64Array, count: number): void {
    if (this.blocks === null) return;
    for (let i = 0; i < count; i++) {
      if (locations[i] >= SEGMENTS_BASE) this.blocks.add(Math.floor(locations[i] / LIMITS.blockRows));
    }
  }

  reads(): ScanReads {
    this.blocks ??= new Set();
    const blocksPerSource = LOCATION_SOURCE / LIMITS.blockRows;
    const segments = new Set(Array.from(this.blocks, (block) => Math.floor(block / blocksPerSource)));
    const segmentsRead = segments.size;
    const segmentsPruned = this.segmentCount - segmentsRead;
    return { segmentsRead, segmentsPruned, blocksRead: this.blocks.size, blocksPruned: 0 };
  }
}
