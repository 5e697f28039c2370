import { JSON_NULL, JsonKind, type JsonNode, objectNode } from './node.ts';
import { plainText } from './value.ts';

/** An object of the patch that is being applied: the target's members so far, and how far the patch has got. */
interface Patching {
  readonly patch: JsonNode;
  readonly items: JsonNode[];
  /** Positions of values in `items`, by label. */
  readonly positions: Map<string, number>;
  next: number;
}

/** RFC 7396: members of the patch replace those of the target, objects merge, and null removes. Depth costs no stack. */
export function patchJson(target: JsonNode, patch: JsonNode): JsonNode {
  if (patch.kind !== JsonKind.Object) return patch;
  const open: Patching[] = [begin(target, patch)];
  for (;;) {
    const top = open[open.length - 1];
    if (top.next >= top.patch.items.length) {
      const done = objectNode(top.items.filter((item) => item !== REMOVED));
      open.pop();
      const parent = open.at(-1);
      if (parent === undefined) return done;
      put(parent, done);
      continue;
    }
    const value = top.patch.items[top.next + 1];
    if (value.kind === JsonKind.Object) open.push(begin(memberOf(top), value));
    else put(top, value.kind === JsonKind.Null ? null : value);
  }
}

/** Stands for members that were taken out, until the object is complete. */
const REMOVED: JsonNode = objectNode([]);

function begin(target: JsonNode, patch: JsonNode): Patching {
  const items = target.kind === JsonKind.Object ? target.items.slice() : [];
  const positions = new Map<string, number>();
  // The first of several members with one label is the one that counts.
  for (let i = items.length - 2; i >= 0; i -= 2) positions.set(plainText(items[i]), i + 1);
  return { patch, items, positions, next: 0 };
}

function memberOf({ patch, items, positions, next }: Patching): JsonNode {
  const position = positions.get(plainText(patch.items[next]));
  return position === undefined ? JSON_NULL : items[position];
}

/** The patch's current member is done: its value goes into the object; null takes it out. */
function put(patching: Patching, value: JsonNode | null): void {
  const { patch, items, positions } = patching;
  const label = patch.items[patching.next];
  patching.next += 2;
  const name = plainText(label);
  const position = positions.get(name);
  if (value === null) {
    if (position === undefined) return;
    items[position - 1] = REMOVED;
    items[position] = REMOVED;
    positions.delete(name);
  } else if (position === undefined) {
    positions.set(name, items.length + 1);
    items.push(label, value);
  } else items[position] = value;
}
