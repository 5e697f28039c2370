import { HeliosError } from '../../../base/errors.ts';
import { STATIC_TYPES, type StaticType } from '../../expressions/static-type.ts';
import { canonicalJson } from '../../expressions/values/json-text.ts';
import { integerOf } from '../../expressions/values/numeric.ts';
import { bytesToText, textOf } from '../../expressions/values/text.ts';
import { define } from '../define.ts';
import type { ScalarFunctionDefinition } from '../definition.ts';
import { decodeJsonb, looksLikeJsonb } from './blob.ts';
import { type EditMode, editJson } from './edit.ts';
import { JsonValue, type TaggedValue } from './json-value.ts';
import { arrayNode, JSON_NULL, JsonKind, type JsonNode, objectNode, scalarNode } from './node.ts';
import { parseJson } from './parse.ts';
import { patchJson } from './patch.ts';
import { arrowPath, lookUp, parsePath } from './path.ts';
import { renderJson } from './render.ts';
import { documentOf, documentOrNull, elementOf, parseRecent, sqlValueOf, textNode, untagged } from './value.ts';

/** NULL arguments arrive, unless `nullPropagating` is set. Arguments that are JSON arrive as {@link JsonValue}s. */
type JsonImplementation = (args: readonly TaggedValue[]) => TaggedValue;
type Arity = number | readonly [number, number];

const ANY_NUMBER: Arity = [0, Number.POSITIVE_INFINITY];

/** For values that are JSON by where they come from: the first argument, when the second says so (or is not there). */
export const KNOWN_JSON: ScalarFunctionDefinition = {
  ...define(
    'json_known',
    [1, 2],
    (types) => types[0],
    ([value]) => value,
    { nullPropagating: false, temporal: 'keep' },
  ),
  tagged: ([value, type]) =>
    value !== null && (type === undefined || type === 'array' || type === 'object')
      ? new JsonValue(documentOf(value), value instanceof Uint8Array)
      : value,
  yieldsFirstArgument: true,
};

function defineJson(
  name: string,
  arity: Arity,
  result: StaticType['kind'],
  tagged: JsonImplementation,
  options: { readonly nullPropagating?: boolean; readonly takesJsonType?: boolean } = {},
): ScalarFunctionDefinition {
  const scalar = (args: readonly TaggedValue[]) => untagged(tagged(args));
  return define(name, arity, result, scalar, { nullPropagating: false, tagged, knownJson: KNOWN_JSON, ...options });
}

/** `json_name`, and `jsonb_name`, which gives JSONB. */
function twins(
  name: string,
  arity: Arity,
  compute: (args: readonly TaggedValue[]) => JsonNode | null,
): readonly ScalarFunctionDefinition[] {
  const tagged = (isBinary: boolean) => (args: readonly TaggedValue[]) => {
    const node = compute(args);
    return node === null ? null : new JsonValue(node, isBinary);
  };
  const suffix = name === '' ? '' : `_${name}`;
  return [
    defineJson(`json${suffix}`, arity, 'TEXT', tagged(false)),
    defineJson(`jsonb${suffix}`, arity, 'BLOB', tagged(true)),
  ];
}

/** A function of PostgreSQL's, whose result is of type JSON or JSONB. */
function postgresJson(
  name: string,
  arity: Arity,
  isBinary: boolean,
  compute: (args: readonly TaggedValue[]) => JsonNode,
  nullPropagating = false,
): ScalarFunctionDefinition {
  const type = isBinary ? POSTGRES_JSONB : STATIC_TYPES.JSON;
  const scalar = (args: readonly TaggedValue[]) => canonicalJson(renderJson(compute(args)), isBinary);
  return {
    ...define(name, arity, () => type, scalar, { nullPropagating }),
    tagged: (args) => new JsonValue(compute(args)),
    knownJson: KNOWN_JSON,
    takesJsonType: true,
  };
}

function postgresTwins(
  suffix: string,
  arity: Arity,
  compute: (args: readonly TaggedValue[]) => JsonNode,
): readonly ScalarFunctionDefinition[] {
  return [postgresJson(`json${suffix}`, arity, false, compute), postgresJson(`jsonb${suffix}`, arity, true, compute)];
}

export const POSTGRES_JSONB: StaticType = { kind: 'JSON', binary: true };

/** A path argument; null for NULL. */
function textArgument(value: TaggedValue): string | null {
  const plain = untagged(value);
  return plain === null ? null : textOf(plain);
}

function extract(args: readonly TaggedValue[], isBinary: boolean): TaggedValue {
  if (args.length < 2) return null;
  const paths = args.slice(1).map(textArgument);
  const [document] = args;
  if (document === null) return null;
  const root = documentOf(document);
  const found: (JsonNode | null)[] = [];
  for (const path of paths) {
    if (path === null) return null;
    found.push(lookUp(root, parsePath(path)));
  }
  if (found.length > 1) return new JsonValue(arrayNode(found.map((node) => node ?? JSON_NULL)), isBinary);
  const value = found[0] === null ? null : sqlValueOf(found[0]);
  return value instanceof JsonValue ? new JsonValue(value.node, isBinary) : value;
}

/** The element that the right side of an arrow leads to. */
function arrow([document, step]: readonly TaggedValue[]): JsonNode | null {
  const text = textArgument(step);
  if (document === null || text === null) return null;
  return lookUp(documentOf(document), arrowPath(text, typeof step === 'bigint'));
}

function edit(name: string, mode: EditMode): (args: readonly TaggedValue[]) => JsonNode | null {
  return (args) => {
    if (args.length === 0) return null;
    if (args.length % 2 === 0) {
      throw new HeliosError('INVALID_VALUE', `json_${name}() needs an odd number of arguments`);
    }
    if (args[0] === null) return null;
    let node = documentOf(args[0]);
    for (let i = 1; i < args.length; i += 2) {
      const path = textArgument(args[i]);
      if (path !== null) node = editJson(node, parsePath(path), mode, editValue(args[i + 1]));
    }
    return node;
  };
}

/** A text goes into a document as it is: it is escaped when the document is written. */
function editValue(value: TaggedValue): JsonNode {
  return typeof value === 'string' ? scalarNode(JsonKind.TextRaw, value) : elementOf(value);
}

function remove(args: readonly TaggedValue[]): JsonNode | null {
  if (args.length === 0 || args[0] === null) return null;
  let node = documentOf(args[0]);
  for (const argument of args.slice(1)) {
    const text = textArgument(argument);
    if (text === null) return null;
    const path = parsePath(text);
    if (path.steps.length === 0) return null;
    node = editJson(node, path, 'remove', null);
  }
  return node;
}

function object(args: readonly TaggedValue[], needsText: boolean): JsonNode {
  if (args.length % 2 === 1) {
    throw new HeliosError('INVALID_VALUE', 'json_object() requires an even number of arguments');
  }
  const items: JsonNode[] = [];
  for (let i = 0; i < args.length; i += 2) {
    const label = untagged(args[i]);
    if (label === null || (needsText && typeof label !== 'string')) {
      throw new HeliosError('INVALID_VALUE', 'json_object() labels must be TEXT');
    }
    items.push(textNode(textOf(label)), elementOf(args[i + 1]));
  }
  return objectNode(items);
}

function patch([target, changes]: readonly TaggedValue[]): JsonNode | null {
  if (target === null) return null;
  const document = documentOf(target);
  return changes === null ? null : patchJson(document, documentOf(changes));
}

/** The document as it is read again once it has been written: without anything that only JSON5 or JSONB has. */
function written(node: JsonNode): JsonNode {
  return isPlainJson(node) ? node : documentOf(renderJson(node));
}

function isPlainJson(root: JsonNode): boolean {
  const waiting = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (NOT_PLAIN.includes(node.kind)) return false;
    for (const item of node.items) waiting.push(item);
  }
  return true;
}

const NOT_PLAIN: readonly number[] = [JsonKind.Int5, JsonKind.Float5, JsonKind.Text5, JsonKind.TextRaw];

/** The element at the path in the second argument, or the document itself; null: it is not there. */
function located([document, path]: readonly TaggedValue[]): JsonNode | null {
  const root = documentOf(document as Exclude<TaggedValue, null>);
  return path === undefined ? root : lookUp(root, parsePath(textArgument(path) ?? ''));
}

/** SQLite's names of the kinds, by their numbers. */
export const JSON_TYPES: readonly string[] =
  'null true false integer integer real real text text text text array object'.split(' ');
const POSTGRES_TYPES =
  'null boolean boolean number number number number string string string string array object'.split(' ');

function typeName(names: readonly string[]): JsonImplementation {
  return (args) => {
    const node = located(args);
    return node === null ? null : names[node.kind];
  };
}

function arrayLength(args: readonly TaggedValue[]): TaggedValue {
  const node = located(args);
  if (node === null) return null;
  return node.kind === JsonKind.Array ? BigInt(node.items.length) : 0n;
}

const VALID_TEXT = 1;
const VALID_TEXT5 = 2;
const VALID_BLOB = 4;
const VALID_BLOB_WITHIN = 8;

function isValid([value, flagsArgument]: readonly TaggedValue[]): TaggedValue {
  const plainFlags = flagsArgument === undefined ? 1n : untagged(flagsArgument);
  const flags = plainFlags === null ? 0 : Number(integerOf(plainFlags));
  if (flags < 1 || flags > 15) {
    throw new HeliosError('INVALID_VALUE', 'FLAGS parameter to json_valid() must be between 1 and 15');
  }
  const plain = untagged(value);
  if (plain === null) return null;
  if (plain instanceof Uint8Array && looksLikeJsonb(plain)) {
    if ((flags & VALID_BLOB) !== 0) return 1n;
    return (flags & VALID_BLOB_WITHIN) !== 0 && decodeJsonb(plain, true) !== null ? 1n : 0n;
  }
  if ((flags & (VALID_TEXT | VALID_TEXT5)) === 0) return 0n;
  const { root, isExtended } = parseRecent(textOf(plain));
  return root !== null && ((flags & VALID_TEXT5) !== 0 || !isExtended) ? 1n : 0n;
}

/** Where a text stops being JSON5, in characters from 1; 0 for a document. */
function errorPosition([value]: readonly TaggedValue[]): TaggedValue {
  const plain = untagged(value);
  if (plain === null) return null;
  if (plain instanceof Uint8Array && documentOrNull(plain) !== null) return 0n;
  const text = plain instanceof Uint8Array ? bytesToText(plain) : textOf(plain);
  const { root, errorAt } = parseJson(text);
  return root === null ? BigInt([...text.slice(0, errorAt)].length + 1) : 0n;
}

function pretty([document, indent]: readonly TaggedValue[]): TaggedValue {
  if (document === null) return null;
  return renderJson(documentOf(document), textArgument(indent ?? null) ?? '    ');
}

function toJsonNode([value]: readonly TaggedValue[]): JsonNode {
  return elementOf(value);
}

function toJson(args: readonly TaggedValue[]): TaggedValue {
  return new JsonValue(toJsonNode(args));
}

const NULL_FOR_NULL = { nullPropagating: true };

/** Any value as its JSON text. */
export const JSON_QUOTE = defineJson('json_quote', 1, 'TEXT', toJson);
/** The same, with JSON of columns as it is: to SQLite that is a text. */
export const JSON_QUOTE_TYPED = defineJson('json_quote', 1, 'TEXT', toJson, { takesJsonType: true });

export const JSON_FUNCTIONS: readonly ScalarFunctionDefinition[] = [
  defineJson('json', 1, 'TEXT', ([value]) => (value === null ? null : new JsonValue(written(documentOf(value))))),
  defineJson('jsonb', 1, 'BLOB', ([value]) => (value === null ? null : new JsonValue(documentOf(value), true))),
  ...twins('array', ANY_NUMBER, (args) => written(arrayNode(args.map(elementOf)))),
  ...twins('object', ANY_NUMBER, (args) => written(object(args, true))),
  ...postgresTwins('_build_array', ANY_NUMBER, (args) => arrayNode(args.map(elementOf))),
  ...postgresTwins('_build_object', ANY_NUMBER, (args) => object(args, false)),
  ...twins('set', ANY_NUMBER, edit('set', 'set')),
  ...twins('insert', ANY_NUMBER, edit('insert', 'insert')),
  ...twins('replace', ANY_NUMBER, edit('replace', 'replace')),
  ...twins('array_insert', ANY_NUMBER, edit('array_insert', 'array-insert')),
  ...twins('remove', ANY_NUMBER, remove),
  ...twins('patch', 2, patch),
  defineJson('json_extract', ANY_NUMBER, 'ANY', (args) => extract(args, false)),
  defineJson('jsonb_extract', ANY_NUMBER, 'ANY', (args) => extract(args, true)),
  defineJson('->', 2, 'TEXT', (args) => {
    const node = arrow(args);
    return node === null ? null : new JsonValue(node);
  }),
  defineJson('->>', 2, 'ANY', (args) => {
    const node = arrow(args);
    return node === null ? null : untagged(sqlValueOf(node));
  }),
  JSON_QUOTE,
  postgresJson('to_json', 1, false, toJsonNode, true),
  postgresJson('to_jsonb', 1, true, toJsonNode, true),
  defineJson('json_type', [1, 2], 'TEXT', typeName(JSON_TYPES), NULL_FOR_NULL),
  defineJson('json_typeof', 1, 'TEXT', typeName(POSTGRES_TYPES), NULL_FOR_NULL),
  defineJson('jsonb_typeof', 1, 'TEXT', typeName(POSTGRES_TYPES), NULL_FOR_NULL),
  defineJson('json_array_length', [1, 2], 'INTEGER', arrayLength, NULL_FOR_NULL),
  defineJson('jsonb_array_length', 1, 'INTEGER', arrayLength, NULL_FOR_NULL),
  defineJson('json_valid', [1, 2], 'INTEGER', isValid),
  defineJson('json_error_position', 1, 'INTEGER', errorPosition),
  defineJson('json_pretty', [1, 2], 'TEXT', pretty),
  defineJson('jsonb_pretty', 1, 'TEXT', pretty),
];
