import type { Contender } from '../measure.ts';
import type { DuckDb } from '../peers/duckdb.ts';
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
  /** The same of the hosts' metrics, with two indexes. */
  devops(peer: Peer): PeerDatabase;
  /** The same rows in DuckDB; null where it is not among the contenders. */
  duckDb(source: Source): Promise<DuckDb | null>;
  /** A database of a peer that `fill` has filled at the first call with that name, closed, opened again and kept open. */
  filled(name: string, peer: Peer, fill: (database: PeerDatabase) => void): PeerDatabase;
  atEnd(ending: () => void): void;
  /** Bytes a reading on disk after a clean close, by the name of the contender; filled by the insert items. */
  readonly bytesPerRow: Map<string, number>;
}

export type Source = 'readings' | 'energy' | 'devops';

/** Median of ours over that of the peer, in the peer's own medium. */
export interface Goal {
  readonly peer: string;
  readonly ratio: number;
}

export interface WorkItem {
  readonly name: string;
  readonly title: string;
  /** What the rates count, for example `rows/s`. */
  readonly unit: string;
  readonly goals: readonly Goal[];
  /** Runs only when it is asked for by name. */
  readonly onDemand?: boolean;
  contenders(bench: Bench): readonly Contender[] | Promise<readonly Contender[]>;
}
