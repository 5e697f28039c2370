/** A point of the history: a time (text is UTC unless it has an offset), a transaction, or a row change. */
export type HistoryPoint =
  | { readonly timestamp: Date | string }
  | { readonly transaction: number }
  | { readonly scn: number };
