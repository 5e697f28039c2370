import { LIMITS } from '../../../base/limits.ts';
import { isSpace, skipSpace5 } from './characters.ts';
import { arrayNode, type JsonNode, objectNode } from './node.ts';
import { Found, PUNCTUATION, Scanner } from './scan.ts';

/** A document that was read, or where reading it failed. */
export interface ParsedJson {
  /** null: the text is no JSON5. */
  readonly root: JsonNode | null;
  /** In code units from 0; meaningful where `root` is null. */
  readonly errorAt: number;
  /** True when JSON5 was needed to read it. */
  readonly isExtended: boolean;
}

/** Reads JSON and JSON5 as SQLite does (https://sqlite.org/json1.html), without recursion: depth costs no stack. */
export function parseJson(text: string): ParsedJson {
  const parser = new Parser(text);
  const root = parser.parse();
  return { root, errorAt: parser.scanner.at, isExtended: parser.scanner.isExtended };
}

/** An array or object whose end has not come yet. */
interface Open {
  readonly items: JsonNode[];
  readonly isObject: boolean;
  /** Where its current element was looked for: an element that may not stand there is reported at this place. */
  elementAt: number;
}

class Parser {
  readonly scanner: Scanner;
  private readonly open: Open[] = [];
  /** Where the element ends that was read last. */
  private end = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  /** null: the error lies at `scanner.at`. */
  parse(): JsonNode | null {
    let at = 0;
    for (;;) {
      const element = this.element(at);
      if (element === 'opened') at = this.scanner.openAt + 1;
      else if (element === null) return null;
      else {
        const next = this.deliver(element);
        if (typeof next !== 'number') return next;
        at = next;
      }
    }
  }

  /** What stands at a position: a scalar, a label, the container that ends there, or the beginning of another one. */
  private element(at: number): JsonNode | 'opened' | null {
    const { scanner, open } = this;
    const container = open.at(-1);
    const found = scanner.token(at);
    if (container !== undefined) container.elementAt = at;
    if (found > 0) {
      this.end = found;
      return scanner.node;
    }
    if (found === Found.Open) {
      if (open.length >= LIMITS.jsonDepth) {
        scanner.at = scanner.openAt;
        return null;
      }
      open.push({ items: [], isObject: scanner.text.charCodeAt(scanner.openAt) === 123, elementAt: 0 });
      return 'opened';
    }
    const awaitsLabel = container?.isObject === true && container.items.length % 2 === 0;
    if (container !== undefined && found === closerOf(container) && (awaitsLabel || !container.isObject)) {
      if (container.items.length > 0) scanner.isExtended = true;
      this.end = scanner.at + 1;
      return this.close(container);
    }
    if (awaitsLabel) return this.label(at, found);
    if (found !== Found.Error && container !== undefined) scanner.at = at;
    return null;
  }

  private label(at: number, found: number): JsonNode | null {
    const { scanner } = this;
    const from = skipSpace5(scanner.text, at);
    const errorAt = found === Found.Error ? scanner.at : from;
    this.end = scanner.label(from);
    if (this.end > from) return scanner.node;
    scanner.at = errorAt;
    return null;
  }

  private close(container: Open): JsonNode {
    this.open.pop();
    return container.isObject ? objectNode(container.items) : arrayNode(container.items);
  }

  /** Puts an element into its container, and that into its own when it ends here: where to go on, or the document. */
  private deliver(element: JsonNode): number | JsonNode | null {
    let node = element;
    for (;;) {
      const container = this.open.at(-1);
      if (container === undefined) return this.rest() ? node : null;
      container.items.push(node);
      if (container.isObject && container.items.length % 2 === 1) {
        if (!node.isText) {
          this.scanner.at = container.elementAt;
          return null;
        }
        const value = this.behind(this.end, Found.Colon, NOTHING);
        return value < 0 ? null : value;
      }
      const next = this.behind(this.end, Found.Comma, closerOf(container));
      if (next < 0) return null;
      if (next > 0) return next;
      node = this.close(container);
    }
  }

  /** Past the separator; 0: the closer stands there, and `end` is past it; -1: neither does. */
  private behind(from: number, separator: number, closer: number): number {
    const { scanner } = this;
    let at = from;
    while (isSpace(scanner.text.charCodeAt(at))) at++;
    const code = scanner.text.charCodeAt(at);
    if (PUNCTUATION[code] === separator) return at + 1;
    if (PUNCTUATION[code] === closer) {
      this.end = at + 1;
      return 0;
    }
    const found = scanner.token(at);
    if (found === separator) return scanner.at + 1;
    if (found === closer) {
      this.end = scanner.at + 1;
      return 0;
    }
    if (found !== Found.Error || separator === Found.Comma) scanner.at = at;
    return -1;
  }

  /** True when nothing but white space follows. */
  private rest(): boolean {
    const { scanner, end } = this;
    const { text } = scanner;
    const isEnd = (at: number): boolean => at >= text.length || text.charCodeAt(at) === 0;
    let at = end;
    while (isSpace(text.charCodeAt(at))) at++;
    if (isEnd(at)) return true;
    scanner.isExtended = true;
    return isEnd(skipSpace5(text, at));
  }
}

/** What no token is. */
const NOTHING = 1;

function closerOf(container: Open): number {
  return container.isObject ? Found.CloseBrace : Found.CloseBracket;
}
