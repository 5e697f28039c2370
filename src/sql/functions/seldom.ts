import { APPROXIMATE_AGGREGATES } from './aggregates/approximate.ts';
import { ARRAY_AGGREGATES } from './aggregates/array.ts';
import { BIT_AGGREGATES } from './aggregates/bits.ts';
import { CHOOSING_AGGREGATES } from './aggregates/chosen.ts';
import type { AggregateDefinition } from './aggregates/definition.ts';
import { JSON_AGGREGATES } from './aggregates/json.ts';
import { PERCENTILE_AGGREGATES } from './aggregates/percentile.ts';
import { REGRESSION_AGGREGATES } from './aggregates/regression.ts';
import { STATISTICAL_AGGREGATES } from './aggregates/statistics.ts';
import { TEXT_AGGREGATES } from './aggregates/text.ts';
import { ARRAY_FUNCTIONS } from './array/array.ts';
import { BINARY_FUNCTIONS } from './binary/binary.ts';
import type { ScalarFunctionDefinition } from './definition.ts';
import { FORMAT_FUNCTIONS } from './format/format.ts';
import { TO_CHAR_FUNCTIONS } from './format/to-char.ts';
import { HISTORY_FUNCTIONS } from './history.ts';
import { JSON_OPERATORS } from './json/containment.ts';
import { JSON_FUNCTIONS } from './json/functions.ts';
import { MATH_FUNCTIONS } from './math/math.ts';
import { NUMBER_FUNCTIONS } from './math/numbers.ts';
import { WHOLE_NUMBER_FUNCTIONS } from './math/whole-numbers.ts';
import { REGEXP_FUNCTIONS } from './regexp/functions.ts';
import { REGEXP_TABLES } from './regexp/tables.ts';
import type { TableFunctionDefinition } from './tables/definition.ts';
import { GENERATE_SERIES } from './tables/generate-series.ts';
import { JSON_WALKS } from './tables/json-each.ts';
import { JSON_LISTS } from './tables/json-elements.ts';
import { TRANSACTION_CHANGES } from './tables/transaction-changes.ts';
import { EDITING_FUNCTIONS } from './text/editing.ts';
import { TEXT_PART_FUNCTIONS } from './text/parts.ts';
import { QUOTING_FUNCTIONS } from './text/quoting.ts';

/** Scalar functions that are loaded when somebody first calls one. A family is here or in `registry.ts`, whole. */
export const SCALARS: readonly (readonly ScalarFunctionDefinition[])[] = [
  FORMAT_FUNCTIONS,
  HISTORY_FUNCTIONS,
  TO_CHAR_FUNCTIONS,
  QUOTING_FUNCTIONS,
  EDITING_FUNCTIONS,
  BINARY_FUNCTIONS,
  MATH_FUNCTIONS,
  NUMBER_FUNCTIONS,
  TEXT_PART_FUNCTIONS,
  WHOLE_NUMBER_FUNCTIONS,
  JSON_FUNCTIONS,
  REGEXP_FUNCTIONS,
  JSON_OPERATORS,
  ARRAY_FUNCTIONS,
];

/** The same of aggregates. */
export const AGGREGATES: readonly (readonly AggregateDefinition[])[] = [
  STATISTICAL_AGGREGATES,
  REGRESSION_AGGREGATES,
  PERCENTILE_AGGREGATES,
  CHOOSING_AGGREGATES,
  BIT_AGGREGATES,
  ARRAY_AGGREGATES,
  APPROXIMATE_AGGREGATES,
  JSON_AGGREGATES,
  TEXT_AGGREGATES,
];

/** Functions that stand in FROM: all of them are loaded when somebody first calls one. */
export const TABLE_FUNCTIONS: readonly (readonly TableFunctionDefinition[])[] = [
  [GENERATE_SERIES],
  JSON_WALKS,
  JSON_LISTS,
  REGEXP_TABLES,
  [TRANSACTION_CHANGES],
];
