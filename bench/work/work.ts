import type { Contender } from '../measure.ts';
import type { Peer, PeerDatabase } from '../peers/peer.ts';
import type { ReadingColumns } from '../reference-rows.ts';

/** What the work items share: the rows, and databases that hold them. */
export interface Bench {
  readonly peers: readonly Peer[];
  readonly rows: ReadingColumns;
  readonly rowCount: number;
  readonly quick: boolean;
  /** Removed at the end, with all that is in it. */
  readonly directory: string;
  /** A database of each peer with all readings and the three indexes, filled at the first call and kept open. */
  readings(peer: Peer): PeerDatabase;
  /** The same of the building's readings, without indexes. */
  energy(peer: Peer): PeerDatabase;
  /** A database of a peer that `fill` has filled at the first call with that name, closed, opened again and kept open. */
  filled(name: string, peer: Peer, fill: (database: PeerDatabase) => void): PeerDatabase;
  atEnd(ending: () => void): void;
  /** Bytes a reading on disk after a clean close, by the name of the contender; filled by the insert items. */
  readonly bytesPerRow: Map<string, number>;
}

export interface WorkItem {
  readonly name: string;
  readonly title: string;
  /** What the rates count, for example `rows/s`. */
  readonly unit: string;
  /** Median of ours over the peer's, on disk: the goal now, and where it shall end. */
  readonly goal: number | null;
  readonly finalGoal: number | null;
  /** Runs only when it is asked for by name. */
  readonly onDemand?: boolean;
  contenders(bench: Bench): readonly Contender[];
}
