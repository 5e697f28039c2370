/**
 * What every node of the syntax tree has: where it stands in the text that was parsed, in UTF-16 code units from 0.
 * `sql.slice(node.position, node.end)` is the node's own text. Nodes never change once built; passes return new ones.
 */
export interface SourceRange {
  readonly position: number;
  readonly end: number;
}

/** A name without its quotes. Names compare ASCII case-insensitively and may be any string. */
export interface Identifier extends SourceRange {
  readonly kind: 'identifier';
  readonly name: string;
}

/** A table, index, view or trigger: `name` or `schema.name`. */
export interface QualifiedName extends SourceRange {
  readonly kind: 'qualified-name';
  readonly schema: string | null;
  readonly name: string;
}

/** A type as written: VARCHAR(20), DOUBLE PRECISION, DECIMAL(15, 2), TEXT[], TIMESTAMP WITH TIME ZONE. */
export interface TypeName extends SourceRange {
  readonly kind: 'type-name';
  /** The words in upper case, one space between them, without arguments: `DOUBLE PRECISION`. */
  readonly name: string;
  readonly arguments: readonly number[];
  /** 0 for a plain type, 1 for `T[]`. */
  readonly arrayDimensions: number;
  /** The words as the user wrote them, arguments and brackets included: what catalogue views show. */
  readonly declared: string;
}

/** One `name = value` or bare `name` of WITH (…) and SET (…). Names are in lower case. */
export interface StorageOption extends SourceRange {
  readonly kind: 'option';
  readonly name: string;
  /** true for a bare name; bigint and number for numerals; a word or a text as string. */
  readonly value: string | bigint | number | boolean | null;
}
