import { DATE_FIELD_FUNCTIONS } from './datetime/fields.ts';
import { DATETIME_FUNCTIONS } from './datetime/functions.ts';
import type { ScalarFunctionDefinition } from './definition.ts';

/** Functions of dates and times: loaded on demand, apart from the others, for they are asked for most. */
export const SCALARS: readonly (readonly ScalarFunctionDefinition[])[] = [DATETIME_FUNCTIONS, DATE_FIELD_FUNCTIONS];
