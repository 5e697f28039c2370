// npm run fuzz -- [--minutes N] [--cases N] [--seed S] [--from S] [--keep]
import { parseArgs } from 'node:util';
import { makeCase, metamorphicStatements } from './case.ts';
import { type Difference, findDifference, Tally } from './differential.ts';
import { HeliosContender } from './engines/helios.ts';
import { probeFeatures } from './generate/features.ts';
import { findDependence } from './metamorphic.ts';
import { describeDependence, describeFinding, minimise } from './report.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    cases: { type: 'string', default: '200' },
    seed: { type: 'string' },
    from: { type: 'string', default: '1' },
    /** Asks each query in several ways of ours, instead of SQLite. */
    metamorphic: { type: 'boolean', default: false },
    /** Prints the whole case instead of a small one. */
    keep: { type: 'boolean', default: false },
    /** Prints each statement before it runs: the last one is the one that hangs. */
    trace: { type: 'boolean', default: false },
  },
});

const features = probeFeatures(new HeliosContender());
const tally = new Tally(
  values.trace ? (sql) => console.log(`${(performance.now() / 1000).toFixed(1)} ${sql};`) : undefined,
);
const started = performance.now();
const deadline = values.minutes === undefined ? null : started + Number(values.minutes) * 60_000;
const first = Number(values.seed ?? values.from);
const count = values.seed !== undefined ? 1 : deadline === null ? Number(values.cases) : Number.POSITIVE_INFINITY;
const kinds = new Set<string>();
let differing = 0;
const isRefusal = ({ kind }: Difference) => /^(ours|theirs) /.test(kind);
for (let seed = first; seed < first + count && (deadline === null || performance.now() < deadline); seed++) {
  if (values.metamorphic) {
    const statements = metamorphicStatements(seed, features);
    const dependence = findDependence(statements);
    tally.queries += statements.length;
    if (dependence === null) continue;
    differing++;
    process.exitCode = 1;
    console.log(`${describeDependence(seed, statements, dependence)}\n`);
    continue;
  }
  const { statements } = makeCase(seed, features);
  const difference = findDifference(seed, statements, tally);
  if (difference === null) continue;
  differing++;
  process.exitCode = 1;
  // One refusal is like another.
  if (isRefusal(difference) && kinds.has(difference.kind)) continue;
  kinds.add(difference.kind);
  const whole = { seed, statements: statements.slice(0, difference.index + 1), difference };
  console.log(`${describeFinding(values.keep ? whole : minimise(seed, statements, difference))}\n`);
}
const seconds = (performance.now() - started) / 1000;
const accepted = [...tally.accepted].map(([name, times]) => `${name} ${times}`).join(', ');
console.log(
  `ours ${(tally.oursMs / 1000).toFixed(1)} s, SQLite ${(tally.theirsMs / 1000).toFixed(1)} s; slowest of ours ${tally.slowest.ms.toFixed(0)} ms: ${tally.slowest.sql}`,
);
console.log(
  `${tally.queries} queries and ${tally.changes} changes in ${seconds.toFixed(1)} s; ${tally.refused} refused by both, ` +
    `${tally.open} of open order; accepted: ${accepted === '' ? 'none' : accepted}; ${differing} cases differ`,
);
