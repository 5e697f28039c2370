import type { IndexDefinition } from '../catalog/definitions.ts';
import type { ColumnValue, PhysicalKind } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import { LOCATION_SOURCE, type ReadPoint, type ScanReads, SEGMENTS_BASE } from './access.ts';
import { columnValueAt } from './delta-column.ts';
import { DeltaIndex } from './delta-index.ts';
import type { KeyProbe } from './key-probe.ts';
import { LocatedRows } from './located-rows.ts';
import { AS_NUMBERS, NOWHERE, ProbeKeys } from './probe-keys.ts';
import { orderedKeysOfRun, orderedKeysOfSegment } from './probed-keys.ts';
import { type Filled, ProbedRun } from './probed-run.ts';
import { ReadCounter } from './read-counter.ts';
import { Stretches } from './stretches.ts';
import { type ScanSources, visibleDeltas } from './table-scan.ts';

/** Finds rows by the first columns of an index: the sorted runs of the segments and of the deltas, one after the other. */
export class IndexProbe implements KeyProbe {
  private readonly sources: ScanSources;
  private readonly physicalOf: (column: number) => PhysicalKind;
  /** True when one row per key is enough. */
  private readonly firstOnly: boolean;
  private readonly runs: readonly ProbedRun[];
  private readonly probeKeys: ProbeKeys;
  private readonly counter: ReadCounter;
  private readonly stretches = new Stretches();
  private readonly filled: Filled = { count: 0 };
  private selection: Uint32Array | null = null;
  /** The stretch that comes next, and where in it. */
  private stretch = 0;
  private within = 0;

  constructor(
    sources: ScanSources,
    at: ReadPoint,
    index: IndexDefinition,
    keyColumns: number,
    physicalOf: (column: number) => PhysicalKind,
    firstOnly: boolean,
  ) {
    this.sources = sources;
    this.physicalOf = physicalOf;
    this.firstOnly = firstOnly;
    this.counter = new ReadCounter(sources);
    this.runs = openRuns(sources, at, index, keyColumns);
    const columns = index.columns.slice(0, keyColumns).map(({ column, descending }) => {
      const physical = physicalOf(column);
      return { isNumeric: physical === 'integer' || physical === 'real', descending };
    });
    this.probeKeys = new ProbeKeys(columns);
  }

  find(keys: readonly ColumnVector[], selection: Uint32Array | null, count: number): void {
    const { probeKeys, stretches } = this;
    probeKeys.read(keys, selection, count);
    stretches.clear();
    for (let i = 0; i < count; i++) {
      if (probeKeys.ways[i] === NOWHERE) continue;
      if (probeKeys.repeats(i)) stretches.repeat(i - 1, i);
      else this.findKey(keys, selection, i);
    }
    this.selection = selection;
    this.stretch = 0;
    this.within = 0;
  }

  fill(rows: Int32Array, locations: Float64Array, limit: number, settled: Uint8Array | null): number {
    const { stretches, selection, filled, runs } = this;
    filled.count = 0;
    while (this.stretch < stretches.count && filled.count < limit) {
      const s = this.stretch;
      const i = stretches.keys[s];
      const row = selection === null ? i : selection[i];
      if (settled !== null && settled[row] !== 0) {
        this.skip(i);
        continue;
      }
      const before = filled.count;
      const most = this.firstOnly ? before + 1 : limit;
      const from = stretches.froms[s] + this.within;
      const next = runs[stretches.runs[s]].fill(from, stretches.tos[s], locations, most, filled);
      rows.fill(row, before, filled.count);
      if (this.firstOnly && filled.count > before) this.skip(i);
      else if (next < stretches.tos[s]) this.within = next - stretches.froms[s];
      else this.skipStretch();
    }
    this.counter.count(locations, filled.count);
    return filled.count;
  }

  rows(locations: Float64Array, count: number): LocatedRows {
    return new LocatedRows(this.sources, this.physicalOf, locations, count);
  }

  reads(): ScanReads {
    return this.counter.reads();
  }

  private findKey(keys: readonly ColumnVector[], selection: Uint32Array | null, i: number): void {
    const { probeKeys, runs, stretches } = this;
    let values: ColumnValue[] | null = null;
    for (let r = 0; r < runs.length; r++) {
      const run = runs[r];
      if (probeKeys.ways[i] !== AS_NUMBERS || !run.findNumbers(probeKeys.numbers, i)) {
        const row = selection === null ? i : selection[i];
        values ??= keys.map((vector) => columnValueAt(vector, row));
        run.findValues(values);
      }
      if (run.from < run.to) stretches.add(i, r, run.from, run.to);
    }
  }

  private skip(key: number): void {
    while (this.stretch < this.stretches.count && this.stretches.keys[this.stretch] === key) this.skipStretch();
  }

  private skipStretch(): void {
    this.stretch++;
    this.within = 0;
  }
}

function openRuns(
  sources: ScanSources,
  { transaction }: ReadPoint,
  index: IndexDefinition,
  keyColumns: number,
): readonly ProbedRun[] {
  const runs: ProbedRun[] = [];
  sources.segments.forEach((segment, i) => {
    if (!segment.mayBeVisible(transaction)) return;
    const isVisible = (position: number): boolean => segment.isVisible(position, transaction);
    const source = {
      base: SEGMENTS_BASE + i * LOCATION_SOURCE,
      order: segment.order(index),
      keys: orderedKeysOfSegment(segment, index, keyColumns),
      read: segment.read,
      isVisible: segment.isWhollyVisible(transaction) ? null : isVisible,
    };
    runs.push(new ProbedRun(source, index));
  });
  for (const { delta, base, rows } of visibleDeltas(sources, transaction)) {
    if (rows === 0) continue;
    // By position: rows that a rollback takes away while the probe is in use cannot be asked any more.
    const isVisible = (position: number): boolean => position < rows && delta.ended.get(position) > transaction;
    // An index that was dropped since the query was planned is made once more, for this query.
    const deltaIndex = delta.indexes.find((each) => each.definition.id === index.id) ?? new DeltaIndex(index, delta);
    const isWhole = rows === delta.length && delta.endedCount === 0;
    for (const run of deltaIndex.orderedRuns(transaction)) {
      const keys = orderedKeysOfRun(run, delta, index, keyColumns);
      const source = { base, order: run, keys, read: delta.read, isVisible: isWhole ? null : isVisible };
      runs.push(new ProbedRun(source, index));
    }
  }
  return runs;
}
