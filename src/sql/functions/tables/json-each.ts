import type { SqlValue } from '../../../engine/column/types.ts';
import { STATIC_TYPES } from '../../expressions/static-type.ts';
import { textOf } from '../../expressions/values/text.ts';
import { elementBytes, headerBytes, payloadBytes } from '../json/blob.ts';
import { isAlphanumeric, isDigit } from '../json/characters.ts';
import { JSON_TYPES, KNOWN_JSON } from '../json/functions.ts';
import { JsonKind, type JsonNode } from '../json/node.ts';
import { itemOf, type JsonPath, parsePath } from '../json/path.ts';
import { documentOf, plainText, sqlValueOf, untagged } from '../json/value.ts';
import type { FunctionColumn, FunctionRow, TableFunctionDefinition } from './definition.ts';

const { ANY, INTEGER, TEXT } = STATIC_TYPES;

const TYPE_COLUMN = 2;

/** SQLite's columns: https://sqlite.org/json1.html#jeach. */
const COLUMNS: readonly FunctionColumn[] = [
  { name: 'key', type: ANY },
  { name: 'value', type: ANY, json: { by: TYPE_COLUMN, known: KNOWN_JSON } },
  { name: 'type', type: TEXT },
  { name: 'atom', type: ANY },
  { name: 'id', type: INTEGER },
  { name: 'parent', type: INTEGER },
  { name: 'fullkey', type: TEXT },
  { name: 'path', type: TEXT },
  { name: 'json', type: ANY, visibility: 'hidden' },
  { name: 'root', type: TEXT, visibility: 'hidden' },
  { name: 'rowid', type: INTEGER, visibility: 'rowid' },
];

/** What all rows of one run have in common. */
interface Walk {
  readonly json: SqlValue;
  readonly root: string;
  rowCount: number;
}

/** One element: a row. */
class Element implements FunctionRow {
  readonly node: JsonNode;
  /** The row of the container around it; null where the walk begins. */
  readonly parent: Element | null;
  /** Its label, or its place in an array; null: where the walk begins. */
  private readonly label: JsonNode | number | null;
  private readonly walk: Walk;
  readonly place: Place;
  private readonly rowid: number;
  private fullKey: string | null = null;

  constructor(node: JsonNode, parent: Element | null, label: JsonNode | number | null, place: Place, walk: Walk) {
    this.node = node;
    this.parent = parent;
    this.label = label;
    this.place = place;
    this.walk = walk;
    this.rowid = walk.rowCount;
  }

  column(column: number): SqlValue {
    const { node, walk, place } = this;
    switch (COLUMNS[column].name) {
      case 'key':
        return this.label === null
          ? place.key
          : typeof this.label === 'number'
            ? BigInt(this.label)
            : plainText(this.label);
      case 'value':
        return untagged(sqlValueOf(node));
      case 'type':
        return JSON_TYPES[node.kind];
      case 'atom':
        return node.isContainer ? null : untagged(sqlValueOf(node));
      case 'id':
        return BigInt(place.id);
      case 'parent':
        return place.parentId === null ? null : BigInt(place.parentId);
      case 'fullkey':
        return this.path();
      case 'path':
        return this.parent === null ? place.path : this.parent.path();
      case 'json':
        return walk.json;
      case 'root':
        return walk.root;
      default:
        return BigInt(this.rowid);
    }
  }

  /** The path to it. Kept, so that a walk builds each but once. */
  private path(): string {
    const missing: Element[] = [];
    let from: Element | null = this;
    for (; from !== null && from.fullKey === null; from = from.parent) missing.push(from);
    let path = from?.fullKey ?? '';
    for (const element of missing.reverse()) {
      path = element.parent === null ? element.walk.root : path + stepTo(element.label as JsonNode | number);
      element.fullKey = path;
    }
    return path;
  }
}

/** Where an element lies. */
interface Place {
  /** Where it begins in the document's JSONB: at its label, if it has one. */
  readonly id: number;
  readonly parentId: number | null;
  /** Of the element at which the walk begins. */
  readonly key: SqlValue;
  readonly path: string;
}

function stepTo(label: JsonNode | number): string {
  if (typeof label === 'number') return `[${label}]`;
  return isPlainLabel(label.text) ? `.${label.text}` : `."${label.text}"`;
}

function isPlainLabel(text: string): boolean {
  if (text === '' || isDigit(text.charCodeAt(0))) return false;
  for (let i = 0; i < text.length; i++) if (!isAlphanumeric(text.charCodeAt(i))) return false;
  return true;
}

/** An element, and where its own bytes begin in the document's JSONB. */
interface Located {
  readonly node: JsonNode;
  readonly valueAt: number;
  /** Where its label begins, or itself. */
  readonly id: number;
  /** It is the first element of its container. */
  readonly isFirst: boolean;
}

function locate(root: JsonNode, path: JsonPath): Located | null {
  let found: Located = { node: root, valueAt: 0, id: 0, isFirst: true };
  for (const step of path.steps) {
    const item = itemOf(found.node, step, path);
    if (item < 0) return null;
    const { node } = found;
    let valueAt = found.valueAt + headerBytes(payloadBytes(node));
    for (let i = 0; i < item; i++) valueAt += elementBytes(node.items[i]);
    const labelBytes = node.kind === JsonKind.Object ? elementBytes(node.items[item - 1]) : 0;
    const isFirst = item === (node.kind === JsonKind.Object ? 1 : 0);
    found = { node: node.items[item], valueAt, id: valueAt - labelBytes, isFirst };
  }
  return found;
}

/**
 * Key and path of the element where json_tree begins, as SQLite tells them: of the first element in its container, the
 * last step and what stands before it; of any other, all that stands behind the $.
 */
function placeOfStart({ id, isFirst }: Located, { text, starts }: JsonPath, isTree: boolean): Place {
  const rest = { id, parentId: null };
  if (starts.length === 0 || !isTree) return { ...rest, key: null, path: text };
  const split = isFirst ? (starts.at(-1) as number) : 1;
  const step = text.slice(split);
  const index = /^\[(\d*)/.exec(step);
  const key = index !== null ? BigInt(index[1]) : step.startsWith('."') ? step.slice(2, -1) : step.slice(1);
  return { ...rest, key, path: text.slice(0, split) };
}

/** The elements directly in a container, each with where its own bytes begin. */
function* childrenOf(
  parent: Element,
  valueAt: number,
  parentId: number | null,
  walk: Walk,
): Generator<[Element, number]> {
  const { node } = parent;
  const isObject = node.kind === JsonKind.Object;
  let at = valueAt + headerBytes(payloadBytes(node));
  for (let i = 0; i < node.items.length; i++) {
    const id = at;
    let label: JsonNode | number = i;
    if (isObject) {
      label = node.items[i++];
      at += elementBytes(label);
    }
    const child = node.items[i];
    walk.rowCount++;
    yield [new Element(child, parent, label, { id, parentId, key: null, path: '' }, walk), at];
    at += elementBytes(child);
  }
}

function* rowsOf(args: readonly SqlValue[], isTree: boolean): Generator<FunctionRow> {
  const [json, rootPath = '$'] = args;
  if (json === null || rootPath === null) return;
  const document = documentOf(json);
  const path = parsePath(textOf(rootPath));
  const start = locate(document, path);
  if (start === null) return;
  const walk: Walk = { json, root: path.text, rowCount: 0 };
  const first = new Element(start.node, null, null, placeOfStart(start, path, isTree), walk);
  if (isTree || !start.node.isContainer) yield first;
  if (!start.node.isContainer) return;
  if (!isTree) walk.rowCount = -1;
  // A stack of its own: documents are deeper than calls may be.
  const open = [childrenOf(first, start.valueAt, isTree ? start.id : null, walk)];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.next();
    if (next.done === true) {
      open.pop();
      continue;
    }
    const [element, valueAt] = next.value;
    yield element;
    if (isTree && element.node.isContainer) {
      open.push(childrenOf(element, valueAt, element.place.id, walk));
    }
  }
}

function walkFunction(name: string, isTree: boolean): TableFunctionDefinition {
  return {
    name,
    minArguments: 1,
    maxArguments: 2,
    columns: () => COLUMNS,
    open: (args) => rowsOf(args, isTree),
  };
}

export const JSON_WALKS: readonly TableFunctionDefinition[] = [
  walkFunction('json_each', false),
  walkFunction('json_tree', true),
];
