import { unreachable } from '../../../base/assert.ts';
import { HeliosError } from '../../../base/errors.ts';
import { LIMITS } from '../../../base/limits.ts';
import type { CharacterSet } from './character-set.ts';
import type { Assertion, RegexpNode } from './syntax.ts';

/** Operations; `a` and `b` are their operands. */
export const Op = {
  /** Takes the character a. */
  Character: 0,
  /** Takes a character of set a. */
  Set: 1,
  /** Goes on at a, and if that fails at b. */
  Split: 2,
  Jump: 3,
  /** Keeps the position in slot a. */
  Save: 4,
  /** Goes on if assertion a holds. */
  Assert: 5,
  Match: 6,
} as const;

export const ASSERTION_NAMES: readonly Assertion[] = [
  ...(['text start', 'text end', 'line start', 'line end'] as const),
  ...(['word edge', 'no word edge', 'word start', 'word end'] as const),
];

/** A pattern as instructions for the matcher. */
export interface RegexpProgram {
  readonly ops: Uint8Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly sets: readonly CharacterSet[];
  /** Two for the whole match, and two for each group. */
  readonly slots: number;
  /** Text that every match begins with; '' when that is not known. */
  readonly prefix: string;
  /** Every match begins at the start of the text. */
  readonly isAnchored: boolean;
}

/** R. Cox, "Regular Expression Matching: the Virtual Machine Approach" (2009), after K. Thompson and R. Pike. */
export function compileProgram(root: RegexpNode, groups: number): RegexpProgram {
  const emitter = new Emitter();
  emitter.emit(Op.Save, 0, 0);
  emitter.node(root);
  emitter.emit(Op.Save, 1, 0);
  emitter.emit(Op.Match, 0, 0);
  const items = root.kind === 'sequence' ? root.items : [root];
  return {
    ops: Uint8Array.from(emitter.ops),
    a: Int32Array.from(emitter.a),
    b: Int32Array.from(emitter.b),
    sets: emitter.sets,
    slots: 2 * (groups + 1),
    prefix: literalPrefix(items),
    isAnchored: items[0].kind === 'assertion' && items[0].assertion === 'text start',
  };
}

function literalPrefix(items: readonly RegexpNode[]): string {
  let prefix = '';
  for (const item of items) {
    if (item.kind !== 'character') break;
    prefix += String.fromCodePoint(item.point);
  }
  return prefix;
}

class Emitter {
  readonly ops: number[] = [];
  readonly a: number[] = [];
  readonly b: number[] = [];
  readonly sets: CharacterSet[] = [];
  private visits = 0;

  emit(op: number, a: number, b: number): number {
    if (this.ops.length >= LIMITS.regexpInstructions) throw tooLarge();
    this.ops.push(op);
    this.a.push(a);
    this.b.push(b);
    return this.ops.length - 1;
  }

  node(node: RegexpNode): void {
    // Repetitions of nothing emit nothing, and must not take forever.
    if (++this.visits > 10 * LIMITS.regexpInstructions) throw tooLarge();
    switch (node.kind) {
      case 'empty':
        return;
      case 'character':
        this.emit(Op.Character, node.point, 0);
        return;
      case 'set':
        this.emit(Op.Set, this.sets.push(node.set) - 1, 0);
        return;
      case 'assertion':
        this.emit(Op.Assert, ASSERTION_NAMES.indexOf(node.assertion), 0);
        return;
      case 'sequence':
        for (const item of node.items) this.node(item);
        return;
      case 'group':
        this.emit(Op.Save, 2 * node.index, 0);
        this.node(node.item);
        this.emit(Op.Save, 2 * node.index + 1, 0);
        return;
      case 'choice':
        this.choice(node.options);
        return;
      case 'repeat':
        this.repeat(node.item, node.least, node.most, node.lazy);
        return;
      default:
        unreachable(node, 'part of a regular expression');
    }
  }

  private choice(options: readonly RegexpNode[]): void {
    const jumps: number[] = [];
    options.forEach((option, i) => {
      const isLast = i === options.length - 1;
      const split = isLast ? -1 : this.emit(Op.Split, this.ops.length + 1, 0);
      this.node(option);
      if (isLast) return;
      jumps.push(this.emit(Op.Jump, 0, 0));
      this.b[split] = this.ops.length;
    });
    for (const jump of jumps) this.a[jump] = this.ops.length;
  }

  private repeat(item: RegexpNode, least: number, most: number, lazy: boolean): void {
    for (let i = 0; i < least; i++) this.node(item);
    if (most === Number.POSITIVE_INFINITY) {
      const split = this.emit(Op.Split, 0, 0);
      this.node(item);
      this.emit(Op.Jump, split, 0);
      this.aim(split, lazy);
      return;
    }
    const splits: number[] = [];
    for (let i = least; i < most; i++) {
      splits.push(this.emit(Op.Split, 0, 0));
      this.node(item);
    }
    for (const split of splits) this.aim(split, lazy);
  }

  /** A split either goes into what follows it directly, or leaves to here; greedy ones rather go in. */
  private aim(split: number, lazy: boolean): void {
    this.a[split] = lazy ? this.ops.length : split + 1;
    this.b[split] = lazy ? split + 1 : this.ops.length;
  }
}

function tooLarge(): HeliosError {
  return new HeliosError('LIMIT_EXCEEDED', 'the regular expression is too large', {
    hint: `It becomes more than ${LIMITS.regexpInstructions} instructions: repeat fewer parts by number.`,
  });
}
