import { test } from 'vitest';
import { metamorphicStatements } from './case.ts';
import { HeliosContender } from './engines/helios.ts';
import { probeFeatures } from './generate/features.ts';
import { findDependence } from './metamorphic.ts';
import { describeDependence } from './report.ts';

const QUERIES = 20_000;

test(`${QUERIES} queries do not depend on rules, batches, segments, indexes, or the way of asking`, {
  timeout: 3_600_000,
}, () => {
  const features = probeFeatures(new HeliosContender());
  let queries = 0;
  for (let seed = 1; queries < QUERIES; seed++) {
    const statements = metamorphicStatements(seed, features);
    const dependence = findDependence(statements);
    if (dependence !== null) throw new Error(describeDependence(seed, statements, dependence));
    queries += statements.filter((sql) => /^(SELECT|WITH|VALUES|RELATION)/.test(sql)).length;
  }
});
