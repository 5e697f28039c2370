/** What one run of a contender has done. */
export interface Run {
  /** Rows, queries or commits. */
  readonly count: number;
  readonly milliseconds: number;
}

/** One contender at one piece of work. Whatever is not the work (opening, filling) happens before `run` starts its clock. */
export interface Contender {
  /** Name of the peer, with a suffix where it works in more than one way. */
  readonly name: string;
  readonly medium: 'file' | 'memory';
  readonly ours: boolean;
  run(): Run | Promise<Run>;
}

export interface Rate {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface Measured extends Rate {
  readonly contender: Contender;
  /** Counts a second, one per run, in the order of the runs. */
  readonly runs: readonly number[];
}

/** Runs the contenders in turns, so that a slow minute of the machine meets all of them; the warm-up turn is not counted. */
export async function measure(
  contenders: readonly Contender[],
  turns: number,
  warmUps: number,
): Promise<readonly Measured[]> {
  const rates = new Map<Contender, number[]>(contenders.map((contender) => [contender, []]));
  for (let turn = -warmUps; turn < turns; turn++) {
    for (const contender of contenders) {
      globalThis.gc?.();
      const { count, milliseconds } = await contender.run();
      if (turn >= 0) rates.get(contender)?.push((count / milliseconds) * 1000);
    }
  }
  return [...rates].map(([contender, runs]) => ({ contender, runs, ...spread(runs) }));
}

export function timed(count: number, work: () => void): Run {
  const start = performance.now();
  work();
  return { count, milliseconds: performance.now() - start };
}

/** The same of a contender whose calls are asynchronous. */
export async function timedAsync(count: number, work: () => Promise<void>): Promise<Run> {
  const start = performance.now();
  await work();
  return { count, milliseconds: performance.now() - start };
}

export function spread(values: readonly number[]): Rate {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { min: sorted[0], median, max: sorted[sorted.length - 1] };
}
