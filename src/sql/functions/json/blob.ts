import { LIMITS } from '../../../base/limits.ts';
import { bytesToText } from '../../expressions/values/text.ts';
import { isHexAt } from './characters.ts';
import {
  arrayNode,
  JSON_FALSE,
  JSON_NULL,
  JSON_TRUE,
  JsonKind,
  type JsonNode,
  objectNode,
  scalarNode,
} from './node.ts';
import { Scanner } from './scan.ts';

/**
 * JSONB, byte for byte as SQLite has it (https://sqlite.org/jsonb.html): each element is a header and a payload. The low
 * four bits of the header's first byte are the kind; the high four the payload's length, or, from 12 on, that the length
 * follows in 1, 2, 4 or 8 bytes, the most significant first.
 */
const LENGTH_FOLLOWS = 12;

const encoder = new TextEncoder();

/** Bytes of a header before a payload of that length. */
export function headerBytes(payloadBytes: number): number {
  if (payloadBytes < LENGTH_FOLLOWS) return 1;
  if (payloadBytes <= 0xff) return 2;
  return payloadBytes <= 0xffff ? 3 : 5;
}

/** Bytes of an element's payload: computed once for an element and all that it holds. */
export function payloadBytes(root: JsonNode): number {
  if (root.payloadBytes >= 0) return root.payloadBytes;
  const waiting: JsonNode[] = [root];
  for (let node = waiting.at(-1); node !== undefined; node = waiting.at(-1)) {
    const before = waiting.length;
    for (const item of node.items) if (item.payloadBytes < 0) waiting.push(item);
    if (waiting.length > before) continue;
    waiting.pop();
    if (node.isContainer) node.payloadBytes = node.items.reduce((sum, item) => sum + elementBytes(item), 0);
    else node.payloadBytes = utf8Length(node.text);
  }
  return root.payloadBytes;
}

/** Header and payload. */
export function elementBytes(node: JsonNode): number {
  const payload = payloadBytes(node);
  return headerBytes(payload) + payload;
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    const isPair = code >= 0xd800 && code <= 0xdbff && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    bytes += code < 0x800 ? 1 : 2;
    if (isPair) i++;
  }
  return bytes;
}

export function encodeJsonb(root: JsonNode): Uint8Array {
  const bytes = new Uint8Array(elementBytes(root));
  const waiting: JsonNode[] = [root];
  let at = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    at = writeHeader(bytes, at, node.kind, node.payloadBytes);
    for (let i = node.items.length - 1; i >= 0; i--) waiting.push(node.items[i]);
    at = writeText(bytes, at, node.text);
  }
  return bytes;
}

function writeHeader(bytes: Uint8Array, from: number, kind: number, length: number): number {
  const extra = headerBytes(length) - 1;
  let at = from;
  if (extra === 0) bytes[at++] = kind | (length << 4);
  else {
    bytes[at++] = kind | ((LENGTH_FOLLOWS + Math.log2(extra)) << 4);
    for (let shift = 8 * (extra - 1); shift >= 0; shift -= 8) bytes[at++] = length >>> shift;
  }
  return at;
}

function writeText(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return at + i + encoder.encodeInto(text.slice(i), bytes.subarray(at + i)).written;
    bytes[at + i] = code;
  }
  return at + text.length;
}

interface Header {
  readonly kind: number;
  /** Where the payload lies. */
  readonly from: number;
  readonly to: number;
}

/** The header at a position; null: its element does not fit before `end`. */
function headerAt(bytes: Uint8Array, at: number, end: number): Header | null {
  if (at >= end) return null;
  const kind = bytes[at] & 15;
  const sizeCode = bytes[at] >> 4;
  const extra = sizeCode < LENGTH_FOLLOWS ? 0 : 2 ** (sizeCode - LENGTH_FOLLOWS);
  const from = at + 1 + extra;
  let length = sizeCode;
  if (extra > 0) {
    if (from > end) return null;
    length = 0;
    for (let i = at + 1; i < from; i++) length = length * 256 + bytes[i];
  }
  return kind > JsonKind.Object || from + length > end ? null : { kind, from, to: from + length };
}

/** True when the outermost element is JSONB and fills the blob. What is inside of a container may yet be wrong. */
export function looksLikeJsonb(bytes: Uint8Array): boolean {
  const header = headerAt(bytes, 0, bytes.length);
  if (header === null || header.to !== bytes.length) return false;
  return header.kind >= JsonKind.Array || isValidScalar(decodeScalar(bytes, header), header);
}

interface Reading {
  readonly items: JsonNode[];
  readonly isObject: boolean;
  readonly end: number;
}

/** The document in a blob, or null when it is no JSONB. `strict`: payloads are looked at, too. */
export function decodeJsonb(bytes: Uint8Array, strict = false): JsonNode | null {
  if (!looksLikeJsonb(bytes)) return null;
  const open: Reading[] = [];
  let at = 0;
  for (;;) {
    const top = open.at(-1);
    const header = headerAt(bytes, at, top === undefined ? bytes.length : top.end);
    if (header === null) return null;
    let node: JsonNode | null = null;
    if (header.kind >= JsonKind.Array) {
      if (open.length >= LIMITS.jsonDepth) return null;
      open.push({ items: [], isObject: header.kind === JsonKind.Object, end: header.to });
      at = header.from;
    } else {
      node = decodeScalar(bytes, header);
      at = header.to;
      if (strict && !isValidScalar(node, header)) return null;
    }
    // Containers that end here are elements of those around them.
    for (let container = open.at(-1); ; container = open.at(-1)) {
      if (node !== null) {
        if (container === undefined) return node;
        if (container.isObject && container.items.length % 2 === 0 && !node.isText) return null;
        container.items.push(node);
        node = null;
      }
      if (container === undefined || at < container.end) break;
      if (container.isObject && container.items.length % 2 === 1) return null;
      open.pop();
      node = container.isObject ? objectNode(container.items) : arrayNode(container.items);
    }
  }
}

function decodeScalar(bytes: Uint8Array, { kind, from, to }: Header): JsonNode {
  switch (kind) {
    case JsonKind.Null:
      return JSON_NULL;
    case JsonKind.True:
      return JSON_TRUE;
    case JsonKind.False:
      return JSON_FALSE;
    default:
      return scalarNode(kind, bytesToText(bytes.subarray(from, to)));
  }
}

function isValidScalar({ kind, text }: JsonNode, { from, to }: Header): boolean {
  switch (kind) {
    case JsonKind.Null:
    case JsonKind.True:
    case JsonKind.False:
      return from === to;
    case JsonKind.Text:
    case JsonKind.TextJ: {
      const scanner = new Scanner(`"${text}"`);
      return scanner.token(0) === text.length + 2 && scanner.node.kind <= kind;
    }
    case JsonKind.Text5:
      return hasOnlyEscapes(text);
    case JsonKind.TextRaw:
      return true;
    default: {
      const scanner = new Scanner(text);
      return (
        text !== '' && scanner.token(0) === text.length && scanner.node.kind === kind && scanner.node.text === text
      );
    }
  }
}

/** True when every backslash of a JSON5 payload begins an escape. */
function hasOnlyEscapes(text: string): boolean {
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 2)) {
    const escaped = text[at + 1];
    if (
      escaped === 'u' ? !isHexAt(text, at + 2, 4) : escaped === 'x' ? !isHexAt(text, at + 2, 2) : !isSingle(escaped)
    ) {
      return false;
    }
  }
  return true;
}

function isSingle(escaped: string | undefined): boolean {
  return escaped !== undefined && '"\\/bfnrtv0\'\r\n\u2028\u2029'.includes(escaped);
}
