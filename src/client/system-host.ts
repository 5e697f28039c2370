import type { Clock, Random } from '../engine/host.ts';

/** Time of the browser or of Node: both have `performance`. */
export const systemClock: Clock = {
  wallMicros: () => Date.now() * 1000,
  monotonicMillis: () => performance.now(),
};

/** Numbers of the system's generator, drawn in blocks: each draw is a call into the host. */
class SystemRandom implements Random {
  private readonly block = new Uint32Array(64);
  private used = this.block.length;

  u32(): number {
    if (this.used === this.block.length) {
      crypto.getRandomValues(this.block);
      this.used = 0;
    }
    return this.block[this.used++];
  }
}

export function systemRandom(): Random {
  return new SystemRandom();
}
