import { HeliosError } from '../../base/errors.ts';
import { RULES } from './rules/registry.ts';

/** Choices of the planner that are no rules, but can be turned off like them. */
const CHOICES = [
  /** ORDER BY from an index. */
  'index-order',
  /** Scans in the order of the rowids, where they come so anyway. */
  'rowid-order',
  /** Groups that end when the next one begins. */
  'ordered-aggregate',
  /** The ends of an index's groups in place of all rows. */
  'group-ends',
  /** LIMIT over ORDER BY without a full sort. */
  'top-n',
  'hash-join',
  'merge-join',
  'lookup-join',
  /** Right rows sorted by a number to which left rows set bounds. */
  'range-join',
  /** Rowid lookups, index scans and zone maps. */
  'access-paths',
  /** Filters and aggregates that zone maps answer for whole blocks. */
  'zone-map-answers',
  /** Parameters in place of literals that vary from text to text. */
  'literal-parameters',
  /** Queries over few rows from their bound plan, row by row. */
  'direct',
] as const;

export type OptimizerSwitch = (typeof RULES)[number]['name'] | (typeof CHOICES)[number];

/** Every rewrite and choice that can be turned off: a plan without it gives the same rows. */
export const OPTIMIZER_SWITCHES: readonly OptimizerSwitch[] = [
  ...new Set([...RULES.map((rule) => rule.name), ...CHOICES]),
];

export type DisabledSwitches = ReadonlySet<OptimizerSwitch>;

/** The switches of these names. Throws MISUSE for a name that is none. */
export function disabledSwitches(names: Iterable<string>): DisabledSwitches {
  const disabled = new Set<OptimizerSwitch>();
  for (const name of names) {
    const found = OPTIMIZER_SWITCHES.find((known) => known === name);
    if (found === undefined) {
      throw new HeliosError('MISUSE', `no optimizer rule "${name}": there are ${OPTIMIZER_SWITCHES.join(', ')}`);
    }
    disabled.add(found);
  }
  return disabled;
}
