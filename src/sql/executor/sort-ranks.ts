import type { Collation } from '../../engine/catalog/definitions.ts';
import type { DictionaryVector } from '../../engine/column/vector.ts';
import { ranksOfTexts } from '../expressions/values/text-ranks.ts';

/** Per row the rank of its text among those of all rows; equal texts under the collation share one. */
export function ranksOf({ codes, dictionary, nulls }: DictionaryVector, collation: Collation): Float64Array {
  // Dictionaries may hold far more than these rows: only the entries that occur are ordered.
  const occurs = new Uint8Array(dictionary.length);
  const used: number[] = [];
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if ((nulls !== null && nulls[i] === 1) || occurs[code] === 1) continue;
    occurs[code] = 1;
    used.push(code);
  }
  const rankOfUsed = ranksOfTexts(
    used.map((code) => dictionary[code]),
    collation,
  );
  const rankByCode = new Float64Array(dictionary.length);
  for (let k = 0; k < used.length; k++) rankByCode[used[k]] = rankOfUsed[k];
  const ranks = new Float64Array(codes.length);
  for (let i = 0; i < codes.length; i++) ranks[i] = rankByCode[codes[i]];
  return ranks;
}
