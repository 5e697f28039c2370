import { encodeArray } from '../../expressions/values/array.ts';
import { checkTextLength } from '../define.ts';
import type { AggregateDefinition } from './definition.ts';
import { type Fold, FoldState } from './fold.ts';

interface Elements {
  /** An array is the texts of its elements one after the other. */
  readonly texts: string[];
  length: number;
}

/** array_agg: all values, NULLs too, in the order in which rows arrive; NULL for no rows. */
const ELEMENTS: Fold<Elements> = {
  takesNulls: true,
  valueBytes: 40,
  begin: () => ({ texts: [], length: 0 }),
  add: (elements, value) => {
    const text = encodeArray([value]);
    elements.length += text.length;
    checkTextLength(elements.length, 'array_agg');
    elements.texts.push(text);
    return elements;
  },
  result: ({ texts }) => (texts.length === 0 ? null : texts.join('')),
};

export const ARRAY_AGGREGATES: readonly AggregateDefinition[] = [
  {
    name: 'array_agg',
    minArguments: 1,
    maxArguments: 1,
    decimals: 'keep',
    countsNulls: true,
    resultType: ([{ kind, ...details }]) => ({
      kind: 'ARRAY',
      element: kind === 'NULL' ? { kind: 'ANY' } : { kind, ...details },
    }),
    create: (options) => new FoldState(ELEMENTS, options),
  },
];
