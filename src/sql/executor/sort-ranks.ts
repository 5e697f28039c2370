import type { Collation } from '../../engine/catalog/definitions.ts';
import type { DictionaryVector } from '../../engine/column/vector.ts';
import { collator } from '../expressions/values/compare.ts';

/** Per row the rank of its text among the dictionary's; equal texts under the collation share one. */
export function ranksOf(vector: DictionaryVector, collation: Collation): Float64Array {
  const { codes, dictionary } = vector;
  const compare = collator(collation);
  const order = Array.from(dictionary, (_, code) => code).sort((a, b) => compare(dictionary[a], dictionary[b]));
  const rankByCode = new Float64Array(dictionary.length);
  let rank = 0;
  for (let i = 0; i < order.length; i++) {
    if (i > 0 && compare(dictionary[order[i - 1]], dictionary[order[i]]) !== 0) rank++;
    rankByCode[order[i]] = rank;
  }
  const ranks = new Float64Array(codes.length);
  for (let i = 0; i < codes.length; i++) ranks[i] = rankByCode[codes[i]];
  return ranks;
}
