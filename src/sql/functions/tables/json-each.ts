import type { SqlValue } from '../../../engine/column/types.ts';
import { STATIC_TYPES } from '../../expressions/static-type.ts';
import { textOf } from '../../expressions/values/text.ts';
import { elementBytes, encodeJsonb, headerBytes, payloadBytes } from '../json/blob.ts';
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

/** In those of JSONB an array or an object is JSONB, which says by itself that it is JSON. */
const BINARY_COLUMNS = COLUMNS.map(({ json: _, ...column }): FunctionColumn => column);

/** What a function yields: elements or all that is inside of them, as text or as JSONB. */
interface Kind {
  readonly isTree: boolean;
  readonly isBinary: boolean;
}

/** Where a walk begins, and what all of its rows have in common. */
class Walk {
  readonly json: SqlValue;
  readonly path: JsonPath;
  readonly kind: Kind;
  /** The elements on the way to where it begins, each with the position of the next one among its items. */
  private readonly way: readonly { readonly node: JsonNode; readonly item: number }[];
  private located: Located | null = null;

  constructor(json: SqlValue, path: JsonPath, kind: Kind, way: Walk['way']) {
    this.json = json;
    this.path = path;
    this.kind = kind;
    this.way = way;
  }

  /** Found when somebody asks for an id: it takes the length of all that stands before. */
  get start(): Located {
    if (this.located !== null) return this.located;
    let valueAt = 0;
    let id = 0;
    for (const { node, item } of this.way) {
      id = itemOffsets(node, valueAt)[node.kind === JsonKind.Object ? item - 1 : item];
      valueAt = node.kind === JsonKind.Object ? id + elementBytes(node.items[item - 1]) : id;
    }
    this.located = { id, valueAt };
    return this.located;
  }

  /**
   * Key and path of the element where json_tree begins, as SQLite tells them: of the first element in its container, the
   * last step and what stands before it; of any other, all that stands behind the $.
   */
  get keyAndPath(): { readonly key: SqlValue; readonly path: string } {
    const { text, starts } = this.path;
    const last = this.way.at(-1);
    if (last === undefined || !this.kind.isTree) return { key: null, path: text };
    const isFirst = last.item === (last.node.kind === JsonKind.Object ? 1 : 0);
    const split = isFirst ? (starts.at(-1) as number) : 1;
    const step = text.slice(split);
    const index = /^\[(\d*)/.exec(step);
    const key = index !== null ? BigInt(index[1]) : step.startsWith('."') ? step.slice(2, -1) : step.slice(1);
    return { key, path: text.slice(0, split) };
  }
}

/** Places in the document's JSONB: of the element with its label, if it has one, and of itself. */
interface Located {
  readonly id: number;
  readonly valueAt: number;
}

/** Where each item of a container begins, in the JSONB in which the container begins at `valueAt`. */
function itemOffsets(node: JsonNode, valueAt: number): Float64Array {
  const offsets = new Float64Array(node.items.length);
  let at = valueAt + headerBytes(payloadBytes(node));
  for (let i = 0; i < node.items.length; i++) {
    offsets[i] = at;
    at += elementBytes(node.items[i]);
  }
  return offsets;
}

/** One element: a row. */
class Element implements FunctionRow {
  readonly node: JsonNode;
  private readonly walk: Walk;
  /** The row of the container around it; null where the walk begins. */
  private readonly parent: Element | null;
  /** Its position among the container's items. */
  private readonly item: number;
  private readonly rowid: number;
  private offsets: Float64Array | null = null;
  private fullKey: string | null = null;

  constructor(node: JsonNode, walk: Walk, parent: Element | null, item: number, rowid: number) {
    this.node = node;
    this.walk = walk;
    this.parent = parent;
    this.item = item;
    this.rowid = rowid;
  }

  column(column: number): SqlValue {
    const { node, walk, parent } = this;
    switch (COLUMNS[column].name) {
      case 'key':
        return parent === null ? walk.keyAndPath.key : this.key(parent);
      case 'value':
        return node.isContainer && walk.kind.isBinary ? encodeJsonb(node) : untagged(sqlValueOf(node));
      case 'type':
        return JSON_TYPES[node.kind];
      case 'atom':
        return node.isContainer ? null : untagged(sqlValueOf(node));
      case 'id':
        return BigInt(this.id);
      case 'parent':
        return parent === null || !walk.kind.isTree ? null : BigInt(parent.id);
      case 'fullkey':
        return this.path();
      case 'path':
        return parent === null ? walk.keyAndPath.path : parent.path();
      case 'json':
        return walk.json;
      case 'root':
        return walk.path.text;
      default:
        return BigInt(this.rowid);
    }
  }

  private key(parent: Element): SqlValue {
    const { kind, items } = parent.node;
    return kind === JsonKind.Object ? plainText(items[this.item - 1]) : BigInt(this.item);
  }

  /** Where it begins in the document's JSONB: at its label, if it has one. */
  private get id(): number {
    const { parent, item } = this;
    if (parent === null) return this.walk.start.id;
    return parent.itemAt(parent.node.kind === JsonKind.Object ? item - 1 : item);
  }

  private itemAt(item: number): number {
    this.offsets ??= itemOffsets(this.node, this.valueAt);
    return this.offsets[item];
  }

  private get valueAt(): number {
    return this.parent === null ? this.walk.start.valueAt : this.parent.itemAt(this.item);
  }

  /** The path to it. Kept, so that a walk builds each but once. */
  private path(): string {
    const missing: Element[] = [];
    let from: Element | null = this;
    for (; from !== null && from.fullKey === null; from = from.parent) missing.push(from);
    let path = from?.fullKey ?? '';
    for (const element of missing.reverse()) {
      path = element.parent === null ? element.walk.path.text : path + stepTo(element.parent.node, element.item);
      element.fullKey = path;
    }
    return path;
  }
}

function stepTo({ kind, items }: JsonNode, item: number): string {
  if (kind !== JsonKind.Object) return `[${item}]`;
  const { text } = items[item - 1];
  return isPlainLabel(text) ? `.${text}` : `."${text}"`;
}

function isPlainLabel(text: string): boolean {
  if (text === '' || isDigit(text.charCodeAt(0))) return false;
  for (let i = 0; i < text.length; i++) if (!isAlphanumeric(text.charCodeAt(i))) return false;
  return true;
}

/** A walk, and the element at which it begins; null: there is none at the path. */
function beginning(args: readonly SqlValue[], kind: Kind): { readonly walk: Walk; readonly node: JsonNode } | null {
  const [json, rootPath = '$'] = args;
  if (json === null || rootPath === null) return null;
  let node = documentOf(json);
  const path = parsePath(textOf(rootPath));
  const way: { node: JsonNode; item: number }[] = [];
  for (const step of path.steps) {
    const item = itemOf(node, step, path);
    if (item < 0) return null;
    way.push({ node, item });
    node = node.items[item];
  }
  return { walk: new Walk(json, path, kind, way), node };
}

function* rowsOf(args: readonly SqlValue[], what: Kind): Generator<FunctionRow> {
  const { isTree } = what;
  const begun = beginning(args, what);
  if (begun === null) return;
  const { walk, node } = begun;
  let rowid = 0;
  const first = new Element(node, walk, null, -1, 0);
  if (isTree || !node.isContainer) {
    yield first;
    rowid++;
  }
  // A stack of its own: documents are deeper than calls may be.
  const open = [{ element: first, next: 0 }];
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const { kind, items } = top.element.node;
    const item = kind === JsonKind.Object ? top.next + 1 : top.next;
    if (item >= items.length) {
      open.pop();
      continue;
    }
    top.next = item + 1;
    const element = new Element(items[item], walk, top.element, item, rowid++);
    yield element;
    if (isTree && element.node.isContainer) open.push({ element, next: 0 });
  }
}

function walkFunction(name: string, kind: Kind): TableFunctionDefinition {
  return {
    name,
    minArguments: 1,
    maxArguments: 2,
    takesJson: true,
    columns: () => (kind.isBinary ? BINARY_COLUMNS : COLUMNS),
    open: (args) => rowsOf(args, kind),
  };
}

export const JSON_WALKS: readonly TableFunctionDefinition[] = [
  walkFunction('json_each', { isTree: false, isBinary: false }),
  walkFunction('json_tree', { isTree: true, isBinary: false }),
  walkFunction('jsonb_each', { isTree: false, isBinary: true }),
  walkFunction('jsonb_tree', { isTree: true, isBinary: true }),
];
