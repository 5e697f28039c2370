// The columns that VERSIONS BETWEEN adds to a table's own: pseudo columns below LOCATION_COLUMN, of which no statistics exist.

export const CREATED_TXN_COLUMN = -3;
export const ENDED_TXN_COLUMN = -4;
export const CREATED_AT_COLUMN = -5;
export const ENDED_AT_COLUMN = -6;
export const OPERATION_COLUMN = -7;
/** The rowid, which is no key of versions: a row has as many of them as it had changes. */
export const VERSION_ROWID_COLUMN = -8;
