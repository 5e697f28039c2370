// npm run soak -- [--minutes N] [--rounds N] [--seed S] [--only NAME]
import '../support/late-parts.ts';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type SoakUnit, soakUnits } from './soak-units.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    /** So many rounds, whatever time they take. */
    rounds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** One piece, by its name, or one harness, by the part before the colon. */
    only: { type: 'string' },
  },
});

interface Totals {
  readonly counted: string;
  count: number;
  failures: number;
  seconds: number;
}

const all = soakUnits(join(import.meta.dirname, 'sigkill-writer.js'));
const units = all.filter(
  ({ name }) => values.only === undefined || name === values.only || harnessOf(name) === values.only,
);
const totals = new Map<string, Totals>();
const started = performance.now();
const deadline = started + Number(values.minutes) * 60_000;
const rounds = values.rounds === undefined ? Number.POSITIVE_INFINITY : Number(values.rounds);
const first = Number(values.seed);

if (units.length === 0 || !Number.isSafeInteger(first) || !(rounds > 0) || Number.isNaN(deadline)) {
  console.error(
    `--minutes, --rounds and --seed take numbers; --only takes one of ${all.map(({ name }) => name).join(', ')}`,
  );
  process.exit(2);
}
// Whoever ends a long run wants to know how far it came.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    report();
    process.exit();
  });
for (let round = 0; round < rounds && goesOn(); round++) {
  for (const unit of units) if (goesOn()) await runUnit(unit, first + round);
}
report();

function goesOn(): boolean {
  return values.rounds !== undefined || performance.now() < deadline;
}

function harnessOf(name: string): string {
  return name.split(':')[0];
}

async function runUnit(unit: SoakUnit, seed: number): Promise<void> {
  const harness = harnessOf(unit.name);
  const total = totals.get(harness) ?? { counted: unit.counted, count: 0, failures: 0, seconds: 0 };
  totals.set(harness, total);
  const unitStarted = performance.now();
  try {
    total.count += await unit.run(seed);
  } catch (error) {
    total.failures++;
    const message = error instanceof Error ? error.message : String(error);
    console.error(`FAILED ${unit.name}, seed ${seed}: ${message}`);
    console.error(`  again: npm run soak -- --only ${unit.name} --seed ${seed} --rounds 1`);
  }
  total.seconds += (performance.now() - unitStarted) / 1000;
}

function report(): void {
  for (const [harness, { counted, count, failures, seconds }] of totals)
    console.log(`${harness}: ${count.toLocaleString('en')} ${counted}, ${failures} failed, ${seconds.toFixed(0)} s`);
  const failures = [...totals.values()].reduce((sum, total) => sum + total.failures, 0);
  console.log(
    `${failures} failed in ${((performance.now() - started) / 60_000).toFixed(1)} minutes from seed ${first} on`,
  );
  process.exitCode = failures > 0 ? 1 : 0;
}
