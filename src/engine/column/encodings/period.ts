// How many rows lie between those that belong together: sensors that report in turns leave a table in which every n-th
// row is of the same sensor. Found by what the differences at each distance would take, first roughly for all distances,
// then better for the best ones.

/** Rows of more sensors than this do not come round often enough inside of a block. */
const MAX_PERIOD = 1024;
/** A block has to hold this many rounds. */
const MIN_ROUNDS = 4;
const ROUGH_SAMPLE = 16;
const FINE_SAMPLE = 160;
const FINALISTS = 12;
/** A shorter period is taken where its differences take about as few bits: it has fewer first values. */
const ABOUT_AS_GOOD = 0.3;

/** The best period of values, 2 or more; null where they are too few. */
export function findPeriod(values: Float64Array): number | null {
  const longest = Math.min(MAX_PERIOD, Math.floor(values.length / MIN_ROUNDS));
  if (longest < 2) return null;
  const fine = samplePositions(values.length, longest, FINE_SAMPLE);
  let best = 0;
  let bestBits = Number.POSITIVE_INFINITY;
  for (const period of roughlyBest(values, longest)) {
    const bits = meanBits(values, fine, period);
    if (bits >= bestBits) continue;
    best = period;
    bestBits = bits;
  }
  // Every multiple of a period is one too.
  for (let part = 2; part < best; part++) {
    if (best % part === 0 && meanBits(values, fine, part) < bestBits + ABOUT_AS_GOOD) return part;
  }
  return best;
}

/** The periods that look best in a small sample, in any order. */
function roughlyBest(values: Float64Array, longest: number): number[] {
  const sample = samplePositions(values.length, longest, ROUGH_SAMPLE);
  const periods: number[] = [];
  const costs: number[] = [];
  for (let period = 2; period <= longest; period++) {
    const bits = meanBits(values, sample, period);
    if (periods.length === FINALISTS && bits >= costs[FINALISTS - 1]) continue;
    let at = Math.min(periods.length, FINALISTS - 1);
    for (; at > 0 && costs[at - 1] > bits; at--) {
      costs[at] = costs[at - 1];
      periods[at] = periods[at - 1];
    }
    costs[at] = bits;
    periods[at] = period;
  }
  return periods;
}

/** Scattered positions that have a value `longest` rows before. */
function samplePositions(count: number, longest: number, size: number): Uint32Array {
  let state = 271828;
  return Uint32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return longest + (state % (count - longest));
  });
}

function meanBits(values: Float64Array, positions: Uint32Array, distance: number): number {
  let bits = 0;
  for (let i = 0; i < positions.length; i++) {
    const p = positions[i];
    bits += Math.log2(1 + Math.abs(values[p] - values[p - distance]));
  }
  return bits / positions.length;
}
