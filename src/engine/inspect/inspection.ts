import type { SegmentKind } from '../segment/segment-format.ts';
import type { SegmentPart } from './segment-parts.ts';

/** What the files of a database hold, as plain data. Numbers of pages count from the start of the main file. */
export interface Inspection {
  readonly files: readonly { readonly name: string; readonly lengthBytes: number }[];
  readonly superblocks: readonly SlotInspection[];
  /** Of the newest superblock; null where there is none, and then nothing below is known. */
  readonly pageSize: number | null;
  readonly checkpoint: CheckpointInspection | null;
  readonly tables: readonly TableInspection[];
  readonly extents: readonly ExtentInspection[];
  readonly log: LogInspection;
  /** Everything that is damaged, in the order in which it was met. */
  readonly problems: readonly string[];
}

export interface SlotInspection {
  readonly slot: number;
  readonly state: 'valid' | 'damaged' | 'absent' | 'too new';
  /** Null unless valid. */
  readonly generation: number | null;
}

export interface CheckpointInspection {
  readonly generation: number;
  readonly lastTransaction: number;
  /** Microseconds since 1970 UTC. */
  readonly lastCommitMicros: number;
  readonly manifestBytes: number;
  /** Tables, indexes, views, triggers and settings, their old versions among them. */
  readonly definitions: number;
}

export interface TableInspection {
  readonly id: number;
  readonly name: string;
  readonly dropped: boolean;
  readonly nextRowid: number;
  readonly segments: readonly SegmentInspection[];
}

export interface SegmentInspection {
  readonly id: number;
  readonly kind: SegmentKind;
  /** A large transaction has written it since the checkpoint: the log names it, the manifest does not yet. */
  readonly inLog: boolean;
  readonly rows: number;
  /** Rows of a current segment that have ended since it was written. */
  readonly endedRows: number;
  readonly rowids: readonly [from: number, to: number];
  readonly transactions: readonly [from: number, to: number];
  readonly firstPage: number;
  readonly pages: number;
  readonly lengthBytes: number;
  readonly directoryBytes: number;
  /** Null where the directory is damaged. */
  readonly parts: readonly (SegmentPart & { readonly name: string })[] | null;
}

export interface ExtentInspection {
  readonly firstPage: number;
  readonly pages: number;
  readonly holds: string;
}

export interface LogInspection {
  readonly epoch: number | null;
  readonly frames: readonly FrameInspection[];
  /** Where the frames end. */
  readonly endByte: number;
}

/** One committed transaction. */
export interface FrameInspection {
  readonly transaction: number;
  readonly commitMicros: number;
  readonly rowChanges: number;
  readonly payloadBytes: number;
}
