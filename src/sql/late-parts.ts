import { lateFile } from '../base/late-part.ts';
import { STORED_ENCODINGS } from '../engine/column/encodings/late-parts.ts';
import { CHECKPOINTS, CHECKS, ERASURE_JOBS } from '../engine/late-parts.ts';
import { MANIFEST_WRITING } from '../engine/manifest/late-parts.ts';
import { SEGMENT_CHECKS } from '../engine/segment/late-parts.ts';
import { BLOCKWISE_RUNS, GATHERING, MERGED_RUNS, SORTING, TOO_OLD, VISIBLE_ROWS } from '../engine/table/late-parts.ts';
import { LEDGER_CHAIN, UNIQUE_CHECK } from '../engine/transaction/late-parts.ts';
import {
  CHANGE_BINDING,
  DEFINITION_BINDING,
  INSERT_BINDING,
  RELATIONAL_BINDING,
  TABLE_BINDING,
  TIME_TRAVEL,
  TYPE_BINDING,
  UNKNOWN_NAMES,
  WINDOW_BINDING,
} from './binder/late-parts.ts';
import {
  CHANGE_OPERATORS,
  COUNTED_OPERATOR,
  DISTINCT_OPERATOR,
  GROUP_KEYS,
  JOINT_UPDATES,
  KNOWN_CALLS,
  ORDERED_AGGREGATES,
  RELATIONAL_OPERATORS,
  SPILLING,
  UNION_SCAN,
  VERSION_SCAN,
  WINDOW_OPERATOR,
} from './executor/late-parts.ts';
import { DICTIONARY_EVALUATORS, EXTENDED_TYPES } from './expressions/late-parts.ts';
import { DISTINCT_AGGREGATES } from './functions/late-parts.ts';
import { DATE_FUNCTIONS, functionTable, SELDOM_FUNCTIONS } from './functions/registry.ts';
import {
  CHANGE_PARSING,
  DEFINITION_PARSING,
  EXPECTATIONS,
  INSERT_PARSING,
  INTERVAL_PARSING,
  RELATIONAL_PARSING,
  TABLE_PARSING,
  TIME_TRAVEL_PARSING,
  WINDOW_PARSING,
} from './parser/late-parts.ts';
import {
  ALTERNATIVES,
  COMPUTED_PATHS,
  DISTINCT_PLANNING,
  GROUP_ORDER,
  INSERT_PLANNING,
  RELATIONAL_PLANNING,
  REWRITES,
  WINDOW_PLANNING,
} from './planner/late-parts.ts';
import { BULK_INSERT, CHANGES, DEFINITION_RUNNERS, DIRECT, EXPLAIN, INSTANTS, TABLE_RUNNER } from './runner-parts.ts';

/** What is loaded when a statement asks for it, or after the engine has answered its first ones. */
const LATE_FILES = [
  lateFile([TABLE_PARSING, TABLE_BINDING, TABLE_RUNNER], () => import('./late/tables.ts')),
  lateFile([INSERT_PARSING, INSERT_BINDING, INSERT_PLANNING, CHANGES], () => import('./late/inserts.ts')),
  lateFile([EXPECTATIONS, UNKNOWN_NAMES], () => import('./late/complaints.ts')),
  lateFile([BULK_INSERT], () => import('./runners/bulk-insert.ts')),
  lateFile([CHANGE_PARSING, CHANGE_BINDING, COMPUTED_PATHS, CHANGE_OPERATORS], () => import('./late/changes.ts')),
  lateFile(
    [RELATIONAL_PARSING, RELATIONAL_BINDING, RELATIONAL_PLANNING, RELATIONAL_OPERATORS],
    () => import('./late/relational.ts'),
  ),
  lateFile([REWRITES], () => import('./planner/rules/seldom-rules.ts')),
  lateFile([EXTENDED_TYPES, INTERVAL_PARSING, TYPE_BINDING], () => import('./late/types.ts')),
  lateFile([DISTINCT_AGGREGATES], () => import('./functions/aggregates/distinct.ts')),
  lateFile([DATE_FUNCTIONS], async () => functionTable(await import('./functions/dates.ts'))),
  lateFile([WINDOW_PARSING, WINDOW_BINDING, WINDOW_PLANNING, WINDOW_OPERATOR], () => import('./late/windows.ts')),
  lateFile(
    [DEFINITION_PARSING, DEFINITION_BINDING, DEFINITION_RUNNERS, UNIQUE_CHECK],
    () => import('./late/definitions.ts'),
  ),
  lateFile(
    [LEDGER_CHAIN, TOO_OLD, TIME_TRAVEL_PARSING, TIME_TRAVEL, VERSION_SCAN, INSTANTS],
    () => import('./late/time-travel.ts'),
  ),
  lateFile([SELDOM_FUNCTIONS], async () => functionTable(await import('./functions/seldom.ts'))),
  lateFile(
    [CHECKPOINTS, CHECKS, ERASURE_JOBS, MANIFEST_WRITING, SEGMENT_CHECKS],
    () => import('./late/maintenance.ts'),
  ),
  lateFile([STORED_ENCODINGS], () => import('../engine/column/encodings/stored-encodings.ts')),
  lateFile(
    [
      ALTERNATIVES,
      BLOCKWISE_RUNS,
      DICTIONARY_EVALUATORS,
      DISTINCT_OPERATOR,
      DISTINCT_PLANNING,
      GATHERING,
      GROUP_KEYS,
      GROUP_ORDER,
      JOINT_UPDATES,
      KNOWN_CALLS,
      MERGED_RUNS,
      ORDERED_AGGREGATES,
      SORTING,
      UNION_SCAN,
      VISIBLE_ROWS,
    ],
    () => import('./late/kernels.ts'),
  ),
  lateFile([DIRECT], () => import('./late/direct.ts')),
  lateFile([SPILLING], () => import('./late/spilling.ts')),
  lateFile([EXPLAIN, COUNTED_OPERATOR], () => import('./late/explain.ts')),
];

/** For hosts whose calls cannot wait, and for pages that may go offline. */
export async function loadLateParts(): Promise<void> {
  for (const file of LATE_FILES) await file.load();
}
