/**
 * The seeds of a random test: `HELIOS_SEED=n` runs that one alone, otherwise 1 to count, times HELIOS_SEEDS where that is
 * set for a long run.
 */
export function testSeeds(count: number): readonly number[] {
  const only = process.env.HELIOS_SEED;
  if (only !== undefined && only !== '') return [Number(only)];
  const factor = Number(process.env.HELIOS_SEEDS ?? 1);
  return Array.from({ length: Math.ceil(count * factor) }, (_, i) => i + 1);
}

/** Runs the body; a failure says the seed to run again. */
export function withSeed(seed: number, body: () => void): void {
  try {
    body();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`seed ${seed} (run again with HELIOS_SEED=${seed}): ${message}`, { cause: error });
  }
}
