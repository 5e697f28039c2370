/**
 * How many rows a scan with a hash join goes through in the time that one lookup takes, as measured: finding a row by
 * its rowid, or the rows of a key in an index.
 */
export const ROWID_LOOKUP_ROWS = 60;
export const INDEX_LOOKUP_ROWS = 400;
