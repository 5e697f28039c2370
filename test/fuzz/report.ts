import type { Difference } from './differential.ts';
import { findDifference } from './differential.ts';
import { type Outcome, shown, type Value } from './engines/outcome.ts';
import { type Dependence, findDependence } from './metamorphic.ts';
import { shrink } from './shrink.ts';

/** A difference made small: the statements that show it, and what was answered. */
export interface Finding {
  readonly seed: number;
  readonly statements: readonly string[];
  readonly difference: Difference;
}

/** The smallest case with the same kind of difference in its last statement. */
export function minimise(seed: number, statements: readonly string[], difference: Difference): Finding {
  const until = statements.slice(0, difference.index + 1);
  const shows = (candidate: readonly string[]) => {
    const found = findDifference(seed, candidate);
    return found !== null && found.index === candidate.length - 1 && found.kind === difference.kind;
  };
  const small = shows(until) ? shrink(until, shows) : until;
  return { seed, statements: small, difference: findDifference(seed, small) ?? difference };
}

/** A dependence in words, with the smallest statements that show it. */
export function describeDependence(seed: number, statements: readonly string[], found: Dependence): string {
  const until = statements.slice(0, found.index + 1);
  const again = (candidate: readonly string[]) => {
    const other = findDependence(candidate, found.on);
    return other !== null && other.index === candidate.length - 1 ? other : null;
  };
  const small = again(until) === null ? until : shrink(until, (candidate) => again(candidate) !== null);
  const { on, what } = again(small) ?? found;
  return `seed ${seed} (npm run fuzz -- --metamorphic --seed ${seed}): the answer depends on ${on}: ${what}\n${small.join(';\n')}`;
}

/** The finding in words, and as a record for test/sql. */
export function describeFinding({ seed, statements, difference }: Finding): string {
  const before = statements.slice(0, -1);
  const setup = before.length > 0 ? `exec\n${before.map((sql) => `${sql};`).join('\n')}\n\n` : '';
  const last = statements[statements.length - 1];
  const { theirs, ours, what } = difference;
  const record =
    theirs.kind === 'error'
      ? `error ${theirs.code ?? theirs.message}\n${last}`
      : `query rowsort\n${last}\n----\n${theirs.rows.map((row) => row.map(testValue).join('|')).join('\n')}`;
  return [
    `seed ${seed} (npm run fuzz -- --seed ${seed}): ${what}`,
    `  ours:   ${brief(ours)}`,
    `  SQLite: ${brief(theirs)}`,
    `${setup}${record}`,
  ].join('\n');
}

function brief(outcome: Outcome): string {
  if (outcome.kind === 'error') return `${outcome.code}: ${outcome.message}`;
  const rows = outcome.rows.slice(0, 12).map((row) => `(${row.map(shown).join(', ')})`);
  return `[${outcome.columns.join(', ')}] ${rows.join(' ')}${outcome.rows.length > 12 ? ' …' : ''}`;
}

/** As test/sql shows values. */
function testValue(value: Value): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return shown(value);
  return value === '' ? "''" : String(value);
}
