import type { Collation, SqlValue } from '../../engine/column/types.ts';
import type { ColumnVector } from '../../engine/column/vector.ts';
import type { Batch } from '../expressions/batch.ts';
import type { EvaluationContext } from '../expressions/context.ts';
import type { StaticType } from '../expressions/static-type.ts';
import type { TaggedValue } from './json/json-value.ts';

/** Computes on self-typed values. `collation` is the one of the first argument that has one. */
export type ScalarImplementation = (
  args: readonly SqlValue[],
  context: EvaluationContext,
  collation: Collation,
) => SqlValue;

/** Computes on values that may be JSON: see {@link JsonValue}. */
export type TaggedImplementation = (args: readonly TaggedValue[], context: EvaluationContext) => TaggedValue;

/**
 * Computes the selected rows of a batch from its arguments' vectors (and their static types), or returns null when it
 * has no kernel for these. The result is memory of its own: implementations are shared by all statements.
 */
export type VectorImplementation = (
  args: readonly ColumnVector[],
  types: readonly StaticType[],
  batch: Batch,
) => ColumnVector | null;

/** One scalar function. Definitions are listed per family and collected in `registry.ts`. */
export interface ScalarFunctionDefinition {
  /** Lower case. */
  readonly name: string;
  readonly minArguments: number;
  /** Infinity when there is no upper bound. */
  readonly maxArguments: number;
  /** False: two calls with the same arguments may differ (random), or depend on the session (changes). */
  readonly deterministic: boolean;
  /** True: the result may depend on the statement's instant or the time zone too, not on the arguments alone. */
  readonly readsClock?: boolean;
  /** True: NULL in any argument makes the result NULL, and the implementation never sees one. */
  readonly nullPropagating: boolean;
  /**
   * What becomes of arguments that need their type to be understood (TIMESTAMP, DATE, DECIMAL, ARRAY). 'text': they
   * arrive as their text (the rule for functions of SQLite's); 'keep': as they are; 'united': all as values of their
   * common type.
   */
  readonly temporal: 'text' | 'keep' | 'united';
  /** Of a function of arrays, what each argument is: see `arrayArguments` in build-array.ts. */
  readonly arrays?: string;
  /** How DECIMALs arrive where times arrive as text: as their text, unless this says REAL. */
  readonly decimals?: 'REAL' | 'TEXT';
  resultType(argumentTypes: readonly StaticType[]): StaticType;
  readonly scalar: ScalarImplementation;
  readonly vector?: VectorImplementation;
  /** Takes arguments that are JSON as such, and gives JSON as such to a function that does the same. */
  readonly tagged?: TaggedImplementation;
  /**
   * Of functions that take JSON: the function that says of a value that it is JSON. Arrays are, and what is of type JSON
   * for those that `takesJsonType`.
   */
  readonly knownJson?: ScalarFunctionDefinition;
  readonly takesJsonType?: boolean;
  /** Of functions that users registered. */
  readonly registered?: boolean;
  /** The definition for arguments of these types; the same one for the same types. */
  specialize?(argumentTypes: readonly StaticType[]): ScalarFunctionDefinition;
  /** True: the value is the first argument's; all that `tagged` adds is that it is JSON. */
  readonly yieldsFirstArgument?: boolean;
}
