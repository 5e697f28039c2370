import { BOOLEAN_AGGREGATES } from './aggregates/boolean.ts';
import type { AggregateDefinition } from './aggregates/definition.ts';
import { STATISTICAL_AGGREGATES } from './aggregates/statistics.ts';
import type { ScalarFunctionDefinition } from './definition.ts';
import { FORMAT_FUNCTIONS } from './format.ts';

/** Scalar functions that are loaded when somebody first calls one. A family is here or in `registry.ts`, whole. */
export const SELDOM_SCALARS: readonly (readonly ScalarFunctionDefinition[])[] = [FORMAT_FUNCTIONS];

/** The same of aggregates. */
export const SELDOM_AGGREGATES: readonly (readonly AggregateDefinition[])[] = [
  STATISTICAL_AGGREGATES,
  BOOLEAN_AGGREGATES,
];
