/** Takes one row after the other, each as it lies in the frame. */
export interface RowSink {
  /** False: no more rows are wanted, by this sink or by those behind it. */
  take(): boolean;
}

/** Puts one row after the other into the frame, and has its sink take it. May run many times in an execution. */
export interface RowSource {
  /** False: the sink wants no more. */
  run(): boolean;
}
