/** A point of the history: a time (text is UTC unless it has an offset), a transaction, a row change, or a snapshot's name. */
export type HistoryPoint =
  | { readonly timestamp: Date | string }
  | { readonly transaction: number }
  | { readonly scn: number }
  | { readonly snapshot: string };
