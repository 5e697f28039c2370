/**
 * What lookups cost, in rows that a scan with a hash join goes through in the same time, as measured. One by one: an
 * operator is opened for each key.
 */
export const ROWID_LOOKUP_ROWS = 60;
export const INDEX_LOOKUP_ROWS = 400;

/** Many keys at once: finding a rowid, finding a key in an index, and each row that is found by it. */
export const ROWID_PROBE_ROWS = 20;
export const INDEX_PROBE_ROWS = 25;
export const FOUND_ROW_ROWS = 5;
