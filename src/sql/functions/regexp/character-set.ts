/** A set of characters: code point ranges and Unicode properties, possibly negated, possibly without regard to case. */
export class CharacterSet {
  private readonly ranges: readonly (readonly [number, number])[];
  private readonly properties: readonly RegExp[];
  private readonly negated: boolean;
  private readonly ignoreCase: boolean;
  /** Membership of the ASCII characters, which most texts are made of. */
  private readonly ascii: Uint8Array;

  constructor(members: SetMembers, negated: boolean, ignoreCase: boolean) {
    this.ranges = merged(members.ranges);
    this.properties = members.properties;
    this.negated = negated;
    this.ignoreCase = ignoreCase;
    this.ascii = Uint8Array.from({ length: 128 }, (_, point) => (this.decide(point) ? 1 : 0));
  }

  has(point: number): boolean {
    return point < 128 ? this.ascii[point] === 1 : this.decide(point);
  }

  private decide(point: number): boolean {
    const isMember =
      this.contains(point) || (this.ignoreCase && caseVariants(point).some((variant) => this.contains(variant)));
    return isMember !== this.negated;
  }

  private contains(point: number): boolean {
    let [low, high] = [0, this.ranges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (point > this.ranges[middle][1]) low = middle + 1;
      else high = middle;
    }
    if (low < this.ranges.length && point >= this.ranges[low][0]) return true;
    return this.properties.length > 0 && this.properties.some((each) => each.test(String.fromCodePoint(point)));
  }
}

/** What a set is built from, while a pattern is read. */
export interface SetMembers {
  readonly ranges: [number, number][];
  readonly properties: RegExp[];
}

function merged(ranges: readonly [number, number][]): [number, number][] {
  const result: [number, number][] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

/** A character in the other case, where that is one character. */
function caseVariants(point: number): number[] {
  const text = String.fromCodePoint(point);
  return [text.toLowerCase(), text.toUpperCase()]
    .filter((variant) => variant !== text && String.fromCodePoint(variant.codePointAt(0)!) === variant)
    .map((variant) => variant.codePointAt(0)!);
}

/** The classes that POSIX names, by Unicode's properties. */
export const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /\p{L}/u,
  digit: /[0-9]/,
  alnum: /[\p{L}\p{N}]/u,
  word: /[\p{L}\p{N}\p{M}_]/u,
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  space: /\s/,
  blank: /[ \t]/,
  punct: /[\p{P}\p{S}]/u,
  cntrl: /\p{Cc}/u,
  xdigit: /[0-9a-fA-F]/,
  print: /[^\p{C}]/u,
  graph: /[^\p{C}\s]/u,
};

export function isWordCharacter(point: number): boolean {
  if (point < 128) {
    const letter = point | 0x20;
    return (letter >= 97 && letter <= 122) || (point >= 48 && point <= 57) || point === 95;
  }
  return CLASSES.word.test(String.fromCodePoint(point));
}
