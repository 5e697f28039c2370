/** Time, as the host tells it. The engine has no clock of its own: simulated clocks make failures reproducible. */
export interface Clock {
  /** Microseconds since 1970-01-01 UTC. May jump back; the engine does not. */
  wallMicros(): number;
  /** Milliseconds that never go back, from an arbitrary start. */
  monotonicMillis(): number;
}

/** Randomness, as the host tells it: salts and ids. */
export interface Random {
  /** An unsigned 32-bit number. */
  u32(): number;
}
