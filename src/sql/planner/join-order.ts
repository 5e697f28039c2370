import type { JoinGraph, JoinTree } from './join-graph.ts';

/** Up to so many relations every order is considered: 3^10 splits of sets at most. */
const MOST_RELATIONS = 10;

/**
 * Below this cost the relations are joined as FROM names them: looking for a better order would take longer than it
 * saves, and rows that no ORDER BY sorts come as nested loops would yield them.
 */
const SMALL_COST = 10_000;

/** The cheapest tree that joins all relations of a graph. Relations that nothing connects are multiplied last. */
export function bestJoin(graph: JoinGraph): JoinTree {
  const written = joinedAsWritten(graph);
  if (written !== null) return written;
  let trees: JoinTree[] =
    graph.relations.length <= MOST_RELATIONS ? bestOfConnected(graph) : greedilyJoined(graph.relations, graph, true);
  if (trees.length > 1) trees = greedilyJoined(trees, graph, false);
  return trees[0];
}

/** null: that costs too much. */
function joinedAsWritten(graph: JoinGraph): JoinTree | null {
  let [tree, ...others]: readonly JoinTree[] = graph.relations;
  for (const right of others) {
    // Every join adds to the cost.
    if (tree.cost >= SMALL_COST) return null;
    const rows = graph.rowsOf(tree, right);
    tree = graph.join(tree, right, rows, graph.costOf(tree, right, rows));
  }
  return tree.cost < SMALL_COST ? tree : null;
}

/** The best tree of each connected part of the graph, by dynamic programming over all sets of relations. */
function bestOfConnected(graph: JoinGraph): JoinTree[] {
  const { relations } = graph;
  const best = new Array<JoinTree | undefined>(1 << relations.length);
  relations.forEach((relation, i) => {
    best[1 << i] = relation;
  });
  const whole = best.length - 1;
  for (let set = 1; set <= whole; set++) {
    const lowest = set & -set;
    if (set === lowest) continue;
    let rows = -1;
    // Each split once: the left part has the lowest relation.
    for (let right = (set - 1) & set; right > 0; right = (right - 1) & set) {
      if ((right & lowest) !== 0) continue;
      const a = best[set ^ right];
      const b = best[right];
      if (a === undefined || b === undefined || !graph.connects(a, b)) continue;
      if (rows < 0) rows = graph.rowsOf(a, b);
      const cost = graph.costOf(a, b, rows);
      if (cost < (best[set]?.cost ?? Number.POSITIVE_INFINITY)) best[set] = graph.join(a, b, rows, cost);
    }
  }
  return connectedParts(best, whole);
}

/** The largest sets that have a tree and do not overlap. */
function connectedParts(best: readonly (JoinTree | undefined)[], whole: number): JoinTree[] {
  const parts: JoinTree[] = [];
  for (let open = whole; open > 0; ) {
    let largest = 0;
    for (let set = open; set > 0; set = (set - 1) & open) {
      if (best[set] !== undefined && bitCount(set) >= bitCount(largest)) largest = set;
    }
    parts.push(best[largest] as JoinTree);
    open ^= largest;
  }
  return parts;
}

function bitCount(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) count++;
  return count;
}

interface Candidate {
  readonly left: JoinTree;
  readonly right: JoinTree;
  readonly rows: number;
}

/** Greedy operator ordering (Fegaras 1998): joins the two trees whose join yields the fewest rows, again and again. */
function greedilyJoined(start: readonly JoinTree[], graph: JoinGraph, onlyConnected: boolean): JoinTree[] {
  const trees = [...start];
  let candidates: Candidate[] = [];
  const consider = (a: JoinTree, b: JoinTree): void => {
    if (onlyConnected && !graph.connects(a, b)) return;
    // The rows of a product come in the order of FROM.
    const [left, right] = a.first < b.first ? [a, b] : [b, a];
    candidates.push({ left, right, rows: graph.rowsOf(left, right) });
  };
  trees.forEach((right, i) => {
    for (let k = 0; k < i; k++) consider(trees[k], right);
  });
  while (candidates.length > 0) {
    const { left, right, rows } = candidates.reduce((best, candidate) =>
      candidate.rows < best.rows ? candidate : best,
    );
    const joined = graph.join(left, right, rows, graph.costOf(left, right, rows));
    trees.splice(trees.indexOf(left), 1);
    trees.splice(trees.indexOf(right), 1);
    const isGone = (tree: JoinTree): boolean => tree === left || tree === right;
    candidates = candidates.filter((candidate) => !isGone(candidate.left) && !isGone(candidate.right));
    for (const tree of trees) consider(tree, joined);
    trees.push(joined);
  }
  return trees;
}
