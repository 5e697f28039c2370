import { collationKey } from '../../../engine/column/compare.ts';
import type { Collation } from '../../../engine/column/types.ts';
import { compareText } from './compare.ts';

/** Per text its rank among all of them under the collation, from 0; equal texts share one. */
export function ranksOfTexts(texts: readonly string[], collation: Collation): Float64Array {
  const keys = collation === 'BINARY' ? texts : texts.map((text) => collationKey(text, collation));
  const distinct = [...new Set(keys)];
  // The native order is by code unit: it is that of code points where no surrogates and nothing above them occurs.
  if (distinct.some(hasHighUnits)) distinct.sort(compareText);
  else distinct.sort();
  const rankByKey = new Map<string, number>();
  for (let rank = 0; rank < distinct.length; rank++) rankByKey.set(distinct[rank], rank);
  const ranks = new Float64Array(keys.length);
  for (let i = 0; i < keys.length; i++) ranks[i] = rankByKey.get(keys[i]) as number;
  return ranks;
}

function hasHighUnits(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0xd800) return true;
  return false;
}
