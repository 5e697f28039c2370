import type { OperatorCounters } from '../planner/physical-plan.ts';
import type { PlanDescription } from './plan-description.ts';

/** Indented lines: an operator, what it does to what, its inputs below. */
export function renderText(plan: PlanDescription, depth = 0): readonly string[] {
  const indent = '  '.repeat(depth);
  return [
    `${indent}${plan.title}${plan.counters === null ? '' : ` [${countersText(plan.counters)}]`}`,
    ...plan.details.map(([label, text]) => `${indent}  - ${label}: ${text}`),
    ...plan.inputs.flatMap((input) => renderText(input, depth + 1)),
  ];
}

function countersText({ rows, opens, timeMs, spilledBytes, reads }: OperatorCounters): string {
  const parts = [`${rows} rows`, `${timeMs.toFixed(2)} ms`];
  if (opens !== 1) parts.push(`opened ${opens} times`);
  if (spilledBytes > 0) parts.push(`${(spilledBytes / 1024).toFixed(0)} kB spilled`);
  // What is not in segments yet is in memory, and read whole.
  if (reads !== null && reads.segmentsRead + reads.segmentsPruned > 0) {
    parts.push(`segments ${reads.segmentsRead} read ${reads.segmentsPruned} pruned`);
    parts.push(`blocks ${reads.blocksRead} read ${reads.blocksPruned} pruned`);
  }
  return parts.join(', ');
}

/** One JSON text: `{ operator, …details, rows, timeMs, opens, spilledBytes, reads, inputs }`, times in milliseconds with inputs included. */
export function renderJson(plan: PlanDescription): string {
  return JSON.stringify(jsonOf(plan), null, 2);
}

function jsonOf({ title, details, counters, inputs }: PlanDescription): object {
  return {
    operator: title,
    ...(details.length === 0 ? {} : { details: Object.fromEntries(details) }),
    ...(counters === null ? {} : withoutNull(counters)),
    ...(inputs.length === 0 ? {} : { inputs: inputs.map(jsonOf) }),
  };
}

function withoutNull({ spilledBytes, reads, ...always }: OperatorCounters): object {
  return { ...always, ...(spilledBytes === 0 ? {} : { spilledBytes }), ...(reads === null ? {} : { reads }) };
}

/** SQLite's rows of EXPLAIN QUERY PLAN: id, parent, a 0 that means nothing, and the operator. */
export function renderQueryPlan(plan: PlanDescription): readonly (readonly [bigint, bigint, bigint, string])[] {
  const rows: [bigint, bigint, bigint, string][] = [];
  const visit = ({ title, inputs }: PlanDescription, parent: bigint): void => {
    const id = BigInt(rows.length + 1);
    rows.push([id, parent, 0n, title]);
    for (const input of inputs) visit(input, id);
  };
  visit(plan, 0n);
  return rows;
}
