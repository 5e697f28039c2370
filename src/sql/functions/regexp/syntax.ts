import type { CharacterSet } from './character-set.ts';

/** What must hold between two characters, without taking one. */
export type Assertion =
  | 'text start'
  | 'text end'
  | 'line start'
  | 'line end'
  | 'word edge'
  | 'no word edge'
  | 'word start'
  | 'word end';

/** A regular expression as a tree: frozen data. */
export type RegexpNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'character'; readonly point: number }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly items: readonly RegexpNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexpNode[] }
  | {
      readonly kind: 'repeat';
      readonly item: RegexpNode;
      readonly least: number;
      /** Infinity when there is no upper bound. */
      readonly most: number;
      readonly lazy: boolean;
    }
  | { readonly kind: 'group'; readonly item: RegexpNode; readonly index: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion };

/** How a pattern is read. PostgreSQL's letters: i, n (or m), s, x, c, g. */
export interface RegexpFlags {
  readonly ignoreCase: boolean;
  /** `^` and `$` match at every line, `.` and negated sets take no line end. */
  readonly lines: boolean;
  /** White space and `#` comments in the pattern mean nothing. */
  readonly expanded: boolean;
  /** For the functions: every match, not just the first. */
  readonly global: boolean;
}
