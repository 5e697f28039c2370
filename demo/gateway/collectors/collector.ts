/** One value that a sensor has now. */
export interface Measurement {
  /** Unique within its machine: `cpu.0`. */
  readonly sensorId: string;
  /** What is measured, the same for alike sensors: `cpu_core`. */
  readonly sensorType: string;
  readonly value: number;
  readonly unit: string;
}

/**
 * Reads one kind of sensor of this machine. A machine that lacks it yields no measurements rather than zeros: what was
 * not measured is not recorded. Rates are the difference to the previous call, so the first call yields none.
 */
export type Collector = (elapsedSeconds: number) => readonly Measurement[];
