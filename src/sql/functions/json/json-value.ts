import type { SqlValue } from '../../../engine/column/types.ts';
import type { JsonNode } from './node.ts';

/**
 * JSON as functions hand it to each other: what SQLite calls a value with the subtype JSON. A function that takes JSON
 * into a document puts the document itself there, where a plain text would become a JSON text. Beyond functions that
 * look for it, it is the text, or the JSONB, that it stands for.
 */
export class JsonValue {
  readonly node: JsonNode;
  /** Beyond JSON's functions it is a JSONB blob, not a text. */
  readonly isBinary: boolean;

  constructor(node: JsonNode, isBinary = false) {
    this.node = node;
    this.isBinary = isBinary;
  }
}

/** What functions of JSON take and give. */
export type TaggedValue = SqlValue | JsonValue;
