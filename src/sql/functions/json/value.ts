import { HeliosError } from '../../../base/errors.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import { MAX_INTEGER } from '../../expressions/values/integer.ts';
import { formatReal } from '../../expressions/values/real-text.ts';
import { bytesToText } from '../../expressions/values/text.ts';
import { decodeJsonb, encodeJsonb } from './blob.ts';
import { malformedJson } from './errors.ts';
import { escapeText, unescapeText } from './escape.ts';
import { JsonValue, type TaggedValue } from './json-value.ts';
import { JSON_NULL, JsonKind, type JsonNode, scalarNode } from './node.ts';
import { type ParsedJson, parseJson } from './parse.ts';
import { renderJson } from './render.ts';

/** Documents that were read last: a query reads the same ones again and again. */
const RECENT_DOCUMENTS = 4;
const LONGEST_RECENT = 1 << 20;
const recent: { text: string; parsed: ParsedJson }[] = [];

export function parseRecent(text: string): ParsedJson {
  const known = recent.findIndex((entry) => entry.text === text);
  if (known >= 0) {
    const [entry] = recent.splice(known, 1);
    recent.push(entry);
    return entry.parsed;
  }
  const parsed = parseJson(text);
  if (text.length <= LONGEST_RECENT) {
    if (recent.length >= RECENT_DOCUMENTS) recent.shift();
    recent.push({ text, parsed });
  }
  return parsed;
}

/** The document that an argument is: JSON, JSON5 or JSONB. Throws 'malformed JSON'. */
export function documentOf(value: Exclude<TaggedValue, null>): JsonNode {
  return documentOrNull(value) ?? malformedJson();
}

export function documentOrNull(value: Exclude<TaggedValue, null>): JsonNode | null {
  if (value instanceof JsonValue) return value.node;
  if (value instanceof Uint8Array) return decodeJsonb(value) ?? parseRecent(bytesToText(value)).root;
  return parseRecent(typeof value === 'number' ? formatJsonReal(value) : String(value)).root;
}

/** Any value as an element: text becomes a JSON text, unless it is JSON. */
export function elementOf(value: TaggedValue): JsonNode {
  if (value === null) return JSON_NULL;
  if (value instanceof JsonValue) return value.node;
  switch (typeof value) {
    case 'bigint':
      return scalarNode(JsonKind.Int, value.toString());
    case 'number':
      return scalarNode(JsonKind.Float, formatJsonReal(value));
    case 'string':
      return textNode(value);
    default: {
      const node = decodeJsonb(value);
      if (node === null) throw new HeliosError('INVALID_VALUE', 'JSON cannot hold BLOB values');
      return node;
    }
  }
}

export function textNode(text: string): JsonNode {
  const payload = escapeText(text);
  return scalarNode(payload === text ? JsonKind.Text : JsonKind.TextJ, payload);
}

/** An element as an SQL value; arrays and objects as their JSON. */
export function sqlValueOf(node: JsonNode): TaggedValue {
  switch (node.kind) {
    case JsonKind.Null:
      return null;
    case JsonKind.True:
      return 1n;
    case JsonKind.False:
      return 0n;
    case JsonKind.Int:
    case JsonKind.Int5:
      return integerValue(node.text);
    case JsonKind.Float:
    case JsonKind.Float5:
      return realValue(node.text);
    case JsonKind.Array:
    case JsonKind.Object:
      return new JsonValue(node);
    default:
      return plainText(node);
  }
}

/** What a text element or a label stands for. */
export function plainText({ kind, text }: JsonNode): string {
  return kind === JsonKind.TextJ || kind === JsonKind.Text5 ? unescapeText(text) : text;
}

const INTEGER = /^-?(?:0[xX][0-9a-fA-F]+|[0-9]+)$/;

function integerValue(text: string): SqlValue {
  if (!INTEGER.test(text)) return malformedJson();
  const isNegative = text.startsWith('-');
  if (text.length < 16 && !text.includes('x') && !text.includes('X')) return BigInt(text);
  const magnitude = BigInt(isNegative ? text.slice(1) : text);
  const value = isNegative ? -magnitude : magnitude;
  const isHexadecimal = /x/i.test(text);
  if (isHexadecimal && magnitude > 0xffff_ffff_ffff_ffffn) return malformedJson();
  const fits = magnitude <= MAX_INTEGER || (isNegative && !isHexadecimal && magnitude === MAX_INTEGER + 1n);
  return fits ? value : Number(value);
}

function realValue(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? malformedJson() : value;
}

/** A REAL as JSON writes it: JSON knows no infinity, but reads a number as one that is too large. */
function formatJsonReal(value: number): string {
  if (Number.isFinite(value)) return formatReal(value);
  return value > 0 ? '9.0e+999' : '-9.0e+999';
}

/** The value that the rest of SQL sees. */
export function untagged(value: TaggedValue): SqlValue {
  if (!(value instanceof JsonValue)) return value;
  return value.isBinary ? encodeJsonb(value.node) : renderJson(value.node);
}
