import type { Clock } from '../../src/engine/host.ts';

/** 2026-01-01 00:00 UTC. */
export const SIMULATED_START_MICROS = Date.UTC(2026, 0, 1) * 1000;

/** A clock that moves when it is told to. */
export class SimulatedClock implements Clock {
  private wall: number;
  private monotonic = 0;
  /** Microseconds that pass with each look at either clock: 0 stands still. */
  private readonly tickMicros: number;

  constructor(startMicros = SIMULATED_START_MICROS, tickMicros = 0) {
    this.wall = startMicros;
    this.tickMicros = tickMicros;
  }

  wallMicros(): number {
    this.advanceMicros(this.tickMicros);
    return this.wall;
  }

  monotonicMillis(): number {
    this.advanceMicros(this.tickMicros);
    return this.monotonic / 1000;
  }

  /** Time passes on both clocks. */
  advanceMicros(micros: number): void {
    this.wall += micros;
    this.monotonic += micros;
  }

  advanceMillis(millis: number): void {
    this.advanceMicros(millis * 1000);
  }

  /** Somebody sets the wall clock, forward or back; the monotonic one does not notice. */
  jumpWallMicros(micros: number): void {
    this.wall += micros;
  }
}
