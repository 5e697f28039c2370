import { STATIC_TYPES } from '../../expressions/static-type.ts';
import { canonicalJson, jsonArrayItems, jsonEntries } from '../../expressions/values/json-text.ts';
import { define } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';

/**
 * PostgreSQL's containment of JSONB: an object contains what has some of its keys with contained values, an array what
 * has only elements that it contains, in any order; an array also contains a scalar that is one of its elements.
 */
function contains(whole: string, part: string, isTop: boolean): boolean {
  if (whole === part) return true;
  const [entries, wanted] = [jsonEntries(whole), jsonEntries(part)];
  if (entries !== null && wanted !== null) {
    return [...wanted].every(([key, value]) => {
      const held = entries.get(key);
      return held !== undefined && contains(held, value, false);
    });
  }
  const items = jsonArrayItems(whole);
  if (items === null) return false;
  const parts = jsonArrayItems(part);
  if (parts === null) return isTop && wanted === null && items.includes(part);
  const same = new Set(items);
  const nested = items.filter(isNested);
  return parts.every(
    (item) => same.has(item) || (isNested(item) && nested.some((held) => contains(held, item, false))),
  );
}

function isNested(json: string): boolean {
  return json.startsWith('{') || json.startsWith('[');
}

/** Objects are merged, the right side's keys winning; anything else is the array of both sides' elements. */
function concatenated(a: string, b: string): string {
  const [left, right] = [jsonEntries(a), jsonEntries(b)];
  if (left !== null && right !== null) {
    const entries = new Map([...left, ...right]);
    return canonicalJson(`{${[...entries].map(([key, value]) => `${key}:${value}`).join(',')}}`, true);
  }
  return `[${[a, b].flatMap((json) => jsonArrayItems(json) ?? [json]).join(',')}]`;
}

const JSONB = { kind: 'JSON', binary: true } as const;

/** Operators of JSONB under names that no call can be mistaken for. */
export const JSON_OPERATORS: readonly ScalarFunctionDefinition[] = [
  define('@> json', 2, STATIC_TYPES.INTEGER.kind, ([a, b]) => (contains(a as string, b as string, true) ? 1n : 0n), {
    temporal: 'keep',
  }),
  define(
    '|| json',
    2,
    () => JSONB,
    ([a, b]) => concatenated(a as string, b as string),
    { temporal: 'keep' },
  ),
];
