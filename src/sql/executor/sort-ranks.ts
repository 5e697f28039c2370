import type { Collation } from '../../engine/catalog/definitions.ts';
import { type DictionaryVector, isNullAt } from '../../engine/column/vector.ts';
import { ranksOfTexts } from '../expressions/values/text-ranks.ts';

/** Per row the rank of its text among those of all rows; equal texts under the collation share one. */
export function ranksOf(vector: DictionaryVector, collation: Collation): Float64Array {
  const { codes, dictionary } = vector;
  // Dictionaries may hold far more than these rows: only the entries that occur are ordered.
  if (codes.length < dictionary.length) {
    const texts = Array.from(codes, (code, row) => (isNullAt(vector, row) ? '' : dictionary[code]));
    return ranksOfTexts(texts, collation);
  }
  const rankByCode = ranksOfTexts(dictionary, collation);
  const ranks = new Float64Array(codes.length);
  for (let i = 0; i < codes.length; i++) ranks[i] = rankByCode[codes[i]];
  return ranks;
}
