import type { RankingFunction } from './logical-plan.ts';

/** The functions that only exist over windows: arguments at least, at most. */
export const RANKING_ARGUMENTS: { readonly [Name in RankingFunction]: readonly [number, number] } = {
  row_number: [0, 0],
  rank: [0, 0],
  dense_rank: [0, 0],
  percent_rank: [0, 0],
  cume_dist: [0, 0],
  ntile: [1, 1],
  lag: [1, 3],
  lead: [1, 3],
  first_value: [1, 1],
  last_value: [1, 1],
  nth_value: [2, 2],
};

export function isRankingName(name: string): name is RankingFunction {
  return Object.hasOwn(RANKING_ARGUMENTS, name);
}
