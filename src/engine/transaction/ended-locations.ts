import { LOCATION_SOURCE, type RowLocation } from '../table/access.ts';

/**
 * The versions that a transaction has ended, in that order. As runs of neighbours: what deletes a whole table takes a few
 * numbers, whatever the table's size.
 */
export class EndedLocations {
  private starts: number[] = [];
  /** Locations in the runs up to and including each. */
  private totals: number[] = [];

  get length(): number {
    return this.totals.length === 0 ? 0 : this.totals[this.totals.length - 1];
  }

  /** What they take in memory: two numbers each. */
  get runCount(): number {
    return this.starts.length;
  }

  append(location: RowLocation): void {
    const last = this.starts.length - 1;
    if (last >= 0 && this.starts[last] + this.lengthOf(last) === location) this.totals[last]++;
    else {
      this.totals.push(this.length + 1);
      this.starts.push(location);
    }
  }

  forEach(visit: (location: RowLocation) => void): void {
    for (let run = 0; run < this.starts.length; run++) {
      const end = this.starts[run] + this.lengthOf(run);
      for (let location = this.starts[run]; location < end; location++) visit(location);
    }
  }

  /** The runs by location. */
  inOrder(): readonly { readonly start: RowLocation; readonly length: number }[] {
    const runs = this.starts.map((start, run) => ({ start, length: this.lengthOf(run) }));
    return runs.sort((a, b) => a.start - b.start);
  }

  /** Takes all but the first `length` away, the newest first. */
  rewind(length: number, visit: (location: RowLocation) => void): void {
    while (this.length > length) {
      const last = this.starts.length - 1;
      visit(this.starts[last] + this.lengthOf(last) - 1);
      this.totals[last]--;
      if (this.lengthOf(last) > 0) continue;
      this.starts.pop();
      this.totals.pop();
    }
  }

  /** Whether there is a row of the delta from that position on. */
  hasDeltaFrom(position: number): boolean {
    return this.starts.some((start, run) => start < LOCATION_SOURCE && start + this.lengthOf(run) > position);
  }

  /** Forgets the rows of the delta from that position on. */
  dropDeltaFrom(position: number): void {
    if (!this.hasDeltaFrom(position)) return;
    const kept = new EndedLocations();
    this.forEach((location) => {
      if (location < position || location >= LOCATION_SOURCE) kept.append(location);
    });
    this.starts = kept.starts;
    this.totals = kept.totals;
  }

  private lengthOf(run: number): number {
    return this.totals[run] - (run === 0 ? 0 : this.totals[run - 1]);
  }
}
