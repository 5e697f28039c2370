import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { decodeArray } from '../../expressions/values/array.ts';
import { JSON_TYPES, KNOWN_JSON } from '../json/functions.ts';
import { JsonKind, type JsonNode } from '../json/node.ts';
import { renderJson } from '../json/render.ts';
import { documentOf, plainText, sqlValueOf, untagged } from '../json/value.ts';
import type { FunctionColumn, FunctionRow, TableFunctionDefinition } from './definition.ts';

/** The items of an array or object; NULL has none. */
function itemsOf(name: string, json: SqlValue, kind: number, what: string): readonly JsonNode[] {
  if (json === null) return [];
  const node = documentOf(json);
  if (node.kind === kind) return node.items;
  throw new HeliosError('INVALID_VALUE', `${name}() takes a JSON ${what}, and not ${JSON_TYPES[node.kind]}`);
}

function* rowsOf(
  items: readonly JsonNode[],
  step: number,
  value: (node: JsonNode) => SqlValue,
): Generator<FunctionRow> {
  for (let i = 0; i < items.length; i += step) yield { column: () => value(items[i]) };
}

function listing(
  name: string,
  kind: number,
  what: string,
  column: Omit<FunctionColumn, 'visibility'>,
  value: (node: JsonNode) => SqlValue,
): TableFunctionDefinition {
  return {
    name,
    minArguments: 1,
    maxArguments: 1,
    takesJson: true,
    columns: () => [column],
    open: ([json]) => rowsOf(itemsOf(name, json, kind, what), kind === JsonKind.Object ? 2 : 1, value),
  };
}

/** An element as PostgreSQL's -> and ->> show it: text without quotes, null as NULL. */
function elementText(node: JsonNode): SqlValue {
  const value = untagged(sqlValueOf(node));
  return value === null || node.isContainer || node.isText ? value : renderJson(node);
}

const { ANY, TEXT } = STATIC_TYPES;
const jsonValue = { name: 'value', type: TEXT, json: { by: null, known: KNOWN_JSON } } as const;

/** unnest(array, …): the arrays beside each other, NULLs where one is shorter. An array may be its JSON. */
const unnest: TableFunctionDefinition = {
  name: 'unnest',
  minArguments: 1,
  maxArguments: Number.POSITIVE_INFINITY,
  columns: (types: readonly StaticType[]) => types.map(({ element }) => ({ name: 'unnest', type: element ?? ANY })),
  open: (args, types) => zipped(args.map((array, i) => elementsOf(array, types[i]))),
};

function elementsOf(array: SqlValue, { kind }: StaticType): readonly SqlValue[] {
  if (kind === 'ARRAY') return array === null ? [] : decodeArray(array as string);
  return itemsOf('unnest', array, JsonKind.Array, 'array').map((node) => untagged(sqlValueOf(node)));
}

function* zipped(lists: readonly (readonly SqlValue[])[]): Generator<FunctionRow> {
  const length = lists.reduce((most, list) => Math.max(most, list.length), 0);
  for (let i = 0; i < length; i++) {
    yield { column: (column) => lists[column][i] ?? null };
  }
}

/** PostgreSQL's functions over the elements of arrays and the labels of objects. */
export const JSON_LISTS: readonly TableFunctionDefinition[] = [
  ...['json', 'jsonb'].flatMap((prefix) => [
    listing(`${prefix}_array_elements`, JsonKind.Array, 'array', jsonValue, (node) => renderJson(node)),
    listing(`${prefix}_array_elements_text`, JsonKind.Array, 'array', { name: 'value', type: TEXT }, elementText),
    listing(
      `${prefix}_object_keys`,
      JsonKind.Object,
      'object',
      { name: `${prefix}_object_keys`, type: TEXT },
      plainText,
    ),
  ]),
  unnest,
];
