/**
 * Mistakes that a storage engine could make, as switches that only tests set: a harness that does not notice them proves
 * nothing. All are off, and nothing outside of tests turns one on (a test looks).
 */
export interface PlantedBugs {
  /** Commits are acknowledged before the log is flushed. */
  acknowledgeBeforeFlush: boolean;
  /** The superblock is written before the segments and the manifest that it names are durable. */
  superblockBeforeManifest: boolean;
  /** Superblocks are written without a flush between them or behind them. */
  dropFlush: boolean;
  /** A frame is written before the segments that it names are durable. */
  logBeforeSegments: boolean;
  /** What is read is taken for whole whatever its checksum says. */
  skipChecksum: boolean;
  /** Frames of an earlier epoch are replayed. */
  replayOldEpoch: boolean;
  /** A checkpoint begins a new log though something was committed while it ran. */
  forgetLogTail: boolean;
  /** A checkpoint stores what was ended while it ran as ended. */
  storeLaterEnds: boolean;
  /** Rows that were ended while a checkpoint ran are live in the segments that it has written. */
  loseLaterEnds: boolean;
  /** Segments share the cache's keys, so that a block of a merged segment is served for a block of the new one. */
  shareCacheKeys: boolean;
  /** What open readers and named snapshots can see is dropped with what they cannot. */
  passReaders: boolean;
}

export const plantedBugs: PlantedBugs = {
  acknowledgeBeforeFlush: false,
  superblockBeforeManifest: false,
  dropFlush: false,
  logBeforeSegments: false,
  skipChecksum: false,
  replayOldEpoch: false,
  forgetLogTail: false,
  storeLaterEnds: false,
  loseLaterEnds: false,
  shareCacheKeys: false,
  passReaders: false,
};
