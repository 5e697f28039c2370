import { isDigit } from './characters.ts';
import { badPath } from './errors.ts';
import { unescapeText } from './escape.ts';
import { JsonKind, type JsonNode, scalarNode } from './node.ts';
import { plainText } from './value.ts';

/** One step of a path. A step that cannot be read is an error only where the walk gets to it, as in SQLite. */
export type PathStep =
  | { readonly kind: 'label'; readonly name: string; readonly node: JsonNode }
  /** `[n]`; from the end, `[#-n]`. */
  | { readonly kind: 'index'; readonly index: number; readonly fromEnd: boolean }
  /** `ofArray`: beyond a bracket, which is only looked at on an array. */
  | { readonly kind: 'bad'; readonly ofArray: boolean };

export interface JsonPath {
  readonly text: string;
  readonly steps: readonly PathStep[];
  /** Where each step begins in the text. */
  readonly starts: readonly number[];
}

const RECENT_PATHS = 64;
const recent = new Map<string, JsonPath>();

/** Throws 'bad JSON path' unless it begins with `$`. */
export function parsePath(text: string): JsonPath {
  const known = recent.get(text);
  if (known !== undefined) return known;
  if (!text.startsWith('$')) throw badPath(text);
  const path = { text, ...parseSteps(text) };
  if (recent.size >= RECENT_PATHS) recent.delete(recent.keys().next().value as string);
  recent.set(text, path);
  return path;
}

function parseSteps(text: string): Omit<JsonPath, 'text'> {
  const steps: PathStep[] = [];
  const starts: number[] = [];
  for (let at = 1; at < text.length; ) {
    const parsed = text[at] === '.' ? parseLabel(text, at + 1) : text[at] === '[' ? parseIndex(text, at + 1) : null;
    if (parsed === null) {
      steps.push({ kind: 'bad', ofArray: text[at] === '[' });
      return { steps, starts: [...starts, at] };
    }
    steps.push(parsed.step);
    starts.push(at);
    at = parsed.end;
  }
  return { steps, starts };
}

type ParsedStep = { readonly step: PathStep; readonly end: number } | null;

function parseLabel(text: string, from: number): ParsedStep {
  if (text[from] === '"') {
    let end = from + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' && end + 1 < text.length ? 2 : 1;
    if (end >= text.length) return null;
    const payload = text.slice(from + 1, end);
    const kind = payload.includes('\\') ? JsonKind.Text5 : JsonKind.TextRaw;
    return { step: { kind: 'label', name: unescapeText(payload), node: scalarNode(kind, payload) }, end: end + 1 };
  }
  let end = from;
  while (end < text.length && text[end] !== '.' && text[end] !== '[') end++;
  if (end === from) return null;
  const name = text.slice(from, end);
  return { step: { kind: 'label', name, node: scalarNode(JsonKind.TextRaw, name) }, end };
}

function parseIndex(text: string, from: number): ParsedStep {
  const fromEnd = text[from] === '#';
  const hasOffset = fromEnd && text[from + 1] === '-' && isDigit(text.charCodeAt(from + 2));
  const digits = fromEnd ? from + (hasOffset ? 2 : 1) : from;
  let end = digits;
  if (!fromEnd || hasOffset) while (isDigit(text.charCodeAt(end))) end++;
  if (text[end] !== ']' || (!fromEnd && end === digits)) return null;
  return { step: { kind: 'index', index: Number(text.slice(digits, end)), fromEnd }, end: end + 1 };
}

/** The position of a step's element among the items; -1: there is none. */
export function itemOf(node: JsonNode, step: PathStep, path: JsonPath): number {
  switch (step.kind) {
    case 'label':
      return node.kind === JsonKind.Object ? labelledItem(node, step.name) : -1;
    case 'index': {
      if (node.kind !== JsonKind.Array) return -1;
      const index = positionIn(node, step);
      return index < node.items.length ? index : -1;
    }
    case 'bad':
      if (step.ofArray && node.kind !== JsonKind.Array) return -1;
      throw badPath(path.text);
  }
}

/** Where an index points in an array: at its length, or beyond, for what is not there yet; -1: before its begin. */
export function positionIn(node: JsonNode, step: PathStep & { kind: 'index' }): number {
  return step.fromEnd ? Math.max(-1, node.items.length - step.index) : step.index;
}

function labelledItem(node: JsonNode, name: string): number {
  const { items } = node;
  for (let i = 0; i < items.length; i += 2) if (plainText(items[i]) === name) return i + 1;
  return -1;
}

/** The element that a path leads to, or null. */
export function lookUp(root: JsonNode, path: JsonPath): JsonNode | null {
  let node = root;
  for (const step of path.steps) {
    const item = itemOf(node, step, path);
    if (item < 0) return null;
    node = node.items[item];
  }
  return node;
}

/** The path that the right side of `->` and `->>` means: a path, a label, or, for a whole number, an index. */
export function arrowPath(text: string, isInteger: boolean): JsonPath {
  if (text.startsWith('$')) return parsePath(text);
  if (isInteger) return parsePath(text.startsWith('-') ? `$[#${text}]` : `$[${text}]`);
  // As SQLite: no label is empty here, and brackets around three characters or more are a step of their own.
  if (text === '') throw badPath(text);
  if (text.startsWith('[') && text.length >= 3 && text.endsWith(']')) {
    return { ...parsePath(`$${text}`), text };
  }
  return { text, ...parseSteps(/^[0-9A-Za-z]+$/.test(text) ? `$.${text}` : `$."${text}"`) };
}
