/**
 * Element kinds, numbered as SQLite's JSONB numbers them (https://sqlite.org/jsonb.html). What differs within numbers and
 * texts is how the payload is written: kinds with a 5 hold JSON5 that is no JSON, TextJ holds JSON's escapes, Text needs
 * none, and TextRaw is the text itself, to be escaped when it is rendered.
 */
export const JsonKind = {
  Null: 0,
  True: 1,
  False: 2,
  Int: 3,
  Int5: 4,
  Float: 5,
  Float5: 6,
  Text: 7,
  TextJ: 8,
  Text5: 9,
  TextRaw: 10,
  Array: 11,
  Object: 12,
} as const;

const NO_ITEMS: readonly JsonNode[] = [];

/** One element of a document. Never changed once made: edits share what they leave alone. */
export class JsonNode {
  readonly kind: number;
  /** Numbers and texts as they were written, without the quotes: a number keeps its digits. */
  readonly text: string;
  /** Elements of an array; labels and values of an object in turn. */
  readonly items: readonly JsonNode[];
  /** Bytes of the payload in JSONB; -1 until somebody asks. */
  payloadBytes = -1;

  constructor(kind: number, text: string, items: readonly JsonNode[]) {
    this.kind = kind;
    this.text = text;
    this.items = items;
  }

  get isContainer(): boolean {
    return this.kind >= JsonKind.Array;
  }

  get isText(): boolean {
    return this.kind >= JsonKind.Text && this.kind <= JsonKind.TextRaw;
  }
}

export const JSON_NULL = new JsonNode(JsonKind.Null, '', NO_ITEMS);
export const JSON_TRUE = new JsonNode(JsonKind.True, '', NO_ITEMS);
export const JSON_FALSE = new JsonNode(JsonKind.False, '', NO_ITEMS);

export function scalarNode(kind: number, text: string): JsonNode {
  return new JsonNode(kind, text, NO_ITEMS);
}

export function arrayNode(items: readonly JsonNode[]): JsonNode {
  return new JsonNode(JsonKind.Array, '', items);
}

/** `items`: label, value, label, value… */
export function objectNode(items: readonly JsonNode[]): JsonNode {
  return new JsonNode(JsonKind.Object, '', items);
}
