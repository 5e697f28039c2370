import { HeliosError } from '../../base/errors.ts';

interface Offer {
  /** null: there is no more. */
  readonly chunk: Uint8Array | null;
  readonly taken: () => void;
}

/** Bytes that one side sends as calls and the other reads in a loop: a call ends when its bytes have been used. */
export class ChunkFeed implements AsyncIterable<Uint8Array> {
  private offer: Offer | null = null;
  private wanted: (() => void) | null = null;
  private isBroken = false;
  private isStopped = false;

  /** One at a time: resolves when the reader asks for the next, or reads no more. */
  push(chunk: Uint8Array | null): Promise<void> {
    if (this.isStopped) return Promise.resolve();
    return new Promise((taken) => {
      this.offer = { chunk, taken };
      this.wanted?.();
    });
  }

  end(isWhole: boolean): Promise<void> {
    this.isBroken = !isWhole;
    return this.push(null);
  }

  /** The reader reads no more. */
  stop(): void {
    this.isStopped = true;
    this.offer?.taken();
    this.offer = null;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (this.offer === null) {
        await new Promise<void>((resolve) => {
          this.wanted = resolve;
        });
      }
      const { chunk, taken } = this.offer as unknown as Offer;
      if (this.isBroken) throw new HeliosError('ABORTED', 'the bytes to import have stopped coming');
      if (chunk === null) return;
      yield chunk;
      this.offer = null;
      this.wanted = null;
      taken();
    }
  }
}
