import type { Expression } from './expressions.ts';
import type { Identifier, SourceRange } from './node.ts';
import type { OrderingTerm } from './select.ts';

/** What follows OVER: the name of a window of the WINDOW clause, or a definition in parentheses. */
export type WindowReference = Identifier | WindowDefinition;

export interface WindowDefinition extends SourceRange {
  readonly kind: 'window';
  /** The window that this one extends: `(base ORDER BY x)`. */
  readonly base: string | null;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderingTerm[];
  /** null: RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW. */
  readonly frame: WindowFrame | null;
}

/** `WINDOW name AS (…)`. */
export interface NamedWindow extends SourceRange {
  readonly kind: 'named-window';
  readonly name: string;
  readonly definition: WindowDefinition;
}

export interface WindowFrame extends SourceRange {
  readonly kind: 'frame';
  readonly unit: 'ROWS' | 'RANGE' | 'GROUPS';
  readonly start: FrameBound;
  /** CURRENT ROW where BETWEEN was not written. */
  readonly finish: FrameBound;
  readonly exclude: 'NO OTHERS' | 'CURRENT ROW' | 'GROUP' | 'TIES';
}

export interface FrameBound extends SourceRange {
  readonly kind: 'frame-bound';
  readonly bound: 'UNBOUNDED PRECEDING' | 'PRECEDING' | 'CURRENT ROW' | 'FOLLOWING' | 'UNBOUNDED FOLLOWING';
  /** The distance of PRECEDING and FOLLOWING; null otherwise. */
  readonly offset: Expression | null;
}
