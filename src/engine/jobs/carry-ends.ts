import { assert } from '../../base/assert.ts';
import { LIVE } from '../catalog/catalog.ts';
import { LOCATION_SOURCE, type RowLocation, SEGMENTS_BASE } from '../table/access.ts';
import type { TableSegment } from '../table/table-segment.ts';
import type { TableOutcome } from './checkpoint.ts';

/** The source of a row that lies in the frozen delta, among those that locations count. */
const FROZEN = 1;
const FIRST_SEGMENT = SEGMENTS_BASE / LOCATION_SOURCE;

/** A version of a row, and who has ended it. */
interface EndedVersion {
  readonly rowid: number;
  readonly created: number;
  readonly ended: number;
}

/**
 * What transactions have ended since a checkpoint began lies in its new segments as live: ends it there too, some rows at
 * a time. Each call comes when no write transaction is open.
 */
export class EndCarrier {
  private readonly tables: readonly CarriedTable[];

  constructor(outcomes: readonly TableOutcome[]) {
    this.tables = outcomes.filter(({ frozen }) => !frozen.isForgotten).map((outcome) => new CarriedTable(outcome));
  }

  /** About so many rows. True when none is left. */
  carry(rows: number): boolean {
    let left = rows;
    for (const table of this.tables) left -= table.carry(left);
    return this.tables.every(({ isDone }) => isDone);
  }
}

class CarriedTable {
  private readonly outcome: TableOutcome;
  private readonly written: readonly TableSegment[];
  private readonly retired: ReadonlySet<TableSegment>;
  /** Of what the table has noted. */
  private done = 0;

  constructor(outcome: TableOutcome) {
    const { frozen, segments, retired } = outcome;
    this.outcome = outcome;
    this.written = segments.filter((segment) => !frozen.segments.includes(segment));
    this.retired = new Set(retired);
  }

  get isDone(): boolean {
    return this.done === this.laterEnds.length;
  }

  /** At most so many rows; returns how many it has looked at. */
  carry(rows: number): number {
    const { laterEnds } = this;
    const from = this.done;
    this.done = Math.min(laterEnds.length, from + Math.max(0, rows));
    for (let i = from; i < this.done; i++) {
      const version = this.versionAt(laterEnds[i]);
      if (version !== null) endVersion(this.written, version);
    }
    return this.done - from;
  }

  private get laterEnds(): readonly RowLocation[] {
    return this.outcome.frozen.table.laterEnds ?? [];
  }

  /** Null where the row has not ended after all, or stays where it is. */
  private versionAt(location: RowLocation): EndedVersion | null {
    const { table, segments } = this.outcome.frozen;
    const source = Math.floor(location / LOCATION_SOURCE);
    const position = location % LOCATION_SOURCE;
    if (source === FROZEN && table.frozen !== null) {
      const { rowids, created, ended } = table.frozen;
      return ended.get(position) === LIVE
        ? null
        : { rowid: rowids.get(position), created: created.get(position), ended: ended.get(position) };
    }
    const segment = segments[source - FIRST_SEGMENT];
    if (segment === undefined || !this.retired.has(segment)) return null;
    const ended = segment.endedAt(position);
    const { reader } = segment;
    return ended === LIVE ? null : { rowid: reader.rowidAt(position), created: reader.createdAt(position), ended };
  }
}

/** Of the versions of a row that one transaction created, the newest is the only one that is written. */
function endVersion(segments: readonly TableSegment[], { rowid, created, ended }: EndedVersion): void {
  for (const segment of segments) {
    const { reader } = segment;
    const { meta } = reader;
    const mayHave = rowid >= meta.minRowid && rowid <= meta.maxRowid && created <= meta.maxCreated;
    const first = mayHave && meta.kind === 'current' ? reader.findRowid(rowid) : -1;
    const end = first < 0 ? first : reader.rowidRunEnd(first);
    for (let position = first; position < end; position++) {
      if (reader.createdAt(position) !== created) continue;
      // A transaction that was rolled back had ended it before.
      if (segment.endedAt(position) === LIVE) segment.end(position, ended);
      return;
    }
  }
  assert(false, 'a row that has ended since the checkpoint began is in its segments');
}
