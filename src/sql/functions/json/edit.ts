import { HeliosError } from '../../../base/errors.ts';
import { arrayNode, JsonKind, JsonNode, objectNode } from './node.ts';
import { itemOf, type JsonPath, type PathStep, positionIn } from './path.ts';

/**
 * What an edit does with the place that its path leads to: `set` fills it and makes it where it is missing, `insert` only
 * the latter, `replace` only the former; `array-insert` pushes the element that is there along; `remove` takes it out.
 */
export type EditMode = 'set' | 'insert' | 'replace' | 'array-insert' | 'remove';

/** The document after an edit; the document itself when the edit finds nothing to do. `value` is null for `remove`. */
export function editJson(root: JsonNode, path: JsonPath, mode: EditMode, value: JsonNode | null): JsonNode {
  const { steps } = path;
  const parents: { readonly node: JsonNode; readonly item: number }[] = [];
  let node = root;
  for (let depth = 0; depth < steps.length; depth++) {
    const item = itemOf(node, steps[depth], path);
    if (item < 0) {
      const grown = canCreate(mode) && value !== null ? withMissing(node, steps.slice(depth), path, value) : null;
      if (grown === null) return root;
      if (mode === 'array-insert') checkArrayElement(steps, path);
      return rebuilt(parents, grown);
    }
    parents.push({ node, item });
    node = node.items[item];
  }
  const last = parents.pop();
  if (last === undefined) return mode === 'set' || mode === 'replace' ? (value as JsonNode) : root;
  switch (mode) {
    case 'set':
    case 'replace':
      return rebuilt([...parents, last], value as JsonNode);
    case 'insert':
      return root;
    case 'array-insert':
      checkArrayElement(steps, path);
      return rebuilt(parents, spliced(last.node, last.item, 0, [value as JsonNode]));
    case 'remove':
      return rebuilt(parents, withoutItem(last.node, last.item));
  }
}

function canCreate(mode: EditMode): boolean {
  return mode === 'set' || mode === 'insert' || mode === 'array-insert';
}

function checkArrayElement(steps: readonly PathStep[], path: JsonPath): void {
  if (steps.at(-1)?.kind === 'index') return;
  throw new HeliosError('INVALID_VALUE', `not an array element: '${path.text.replaceAll("'", "''")}'`);
}

/** The parents, from the inside out, around a changed element. */
function rebuilt(parents: readonly { readonly node: JsonNode; readonly item: number }[], changed: JsonNode): JsonNode {
  let current = changed;
  for (let i = parents.length - 1; i >= 0; i--) current = spliced(parents[i].node, parents[i].item, 1, [current]);
  return current;
}

function spliced(node: JsonNode, at: number, removed: number, added: readonly JsonNode[]): JsonNode {
  const items = node.items.slice();
  items.splice(at, removed, ...added);
  return new JsonNode(node.kind, node.text, items);
}

/** Without an element, and the label that stands before it in an object. */
function withoutItem(node: JsonNode, item: number): JsonNode {
  return node.kind === JsonKind.Object ? spliced(node, item - 1, 2, []) : spliced(node, item, 1, []);
}

/** A container with what the rest of a path names, which it lacks; null: it cannot have that. */
function withMissing(node: JsonNode, steps: readonly PathStep[], path: JsonPath, value: JsonNode): JsonNode | null {
  const [first] = steps;
  const place = first.kind === 'label' ? JsonKind.Object : JsonKind.Array;
  if (node.kind !== place) return null;
  if (first.kind === 'index' && positionIn(node, first) !== node.items.length) return null;
  const rest = steps.slice(1);
  if (!rest.every((step) => canBegin(step, path))) return null;
  let added = value;
  for (const step of rest.reverse()) {
    added = step.kind === 'label' ? objectNode([step.node, added]) : arrayNode([added]);
  }
  return new JsonNode(node.kind, '', [...node.items, ...(first.kind === 'label' ? [first.node, added] : [added])]);
}

/** True when a step may be the first of an empty container. */
function canBegin(step: PathStep, path: JsonPath): boolean {
  switch (step.kind) {
    case 'label':
      return true;
    case 'index':
      return positionIn(arrayNode([]), step) === 0;
    case 'bad':
      // Such a step is an error wherever it can be looked at.
      return itemOf(arrayNode([]), step, path) >= 0;
  }
}
