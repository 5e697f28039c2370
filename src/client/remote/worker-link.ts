import { type Endpoint, type Remote, wrap } from 'comlink';
import { HeliosError } from '../../base/errors.ts';
import type { Answer, EngineMethods, MethodName } from './protocol.ts';
import { fromWireError } from './wire-error.ts';

/** The value that a method answers with. */
export type AnswerOf<M extends MethodName> = Awaited<ReturnType<EngineMethods[M]>> extends Answer<infer T> ? T : never;

/**
 * Calls into the worker. Every call settles: with the worker's answer, or with the error that ended the link. A worker
 * that dies sends nothing, so whoever watches it (see life-lock.ts) ends the link.
 */
export class WorkerLink {
  private readonly methods: Remote<EngineMethods>;
  private readonly pending = new Set<(error: unknown) => void>();
  private ending: unknown = null;

  constructor(endpoint: Endpoint) {
    this.methods = wrap<EngineMethods>(endpoint);
  }

  get isOver(): boolean {
    return this.ending !== null;
  }

  call<M extends MethodName>(method: M, ...args: Parameters<EngineMethods[M]>): Promise<AnswerOf<M>> {
    return new Promise((resolve, reject) => {
      if (this.ending !== null) {
        reject(this.ending);
        return;
      }
      this.pending.add(reject);
      const remote = this.methods[method] as unknown as (...sent: unknown[]) => Promise<Answer<AnswerOf<M>>>;
      remote(...args)
        .then(
          (answer) => (answer.ok ? resolve(answer.value) : reject(fromWireError(answer.error))),
          (error: unknown) => reject(transportError(error)),
        )
        .finally(() => this.pending.delete(reject));
    });
  }

  /** Rejects what is pending and everything that comes. The first reason stays. */
  end(error: unknown): void {
    this.ending ??= error;
    for (const reject of this.pending) reject(this.ending);
    this.pending.clear();
  }
}

/** What postMessage threw: an argument that cannot be cloned. */
function transportError(error: unknown): HeliosError {
  if (error instanceof HeliosError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new HeliosError('PARAMETER_TYPE', `a value cannot be sent to the database's worker: ${detail}`, {
    hint: 'Pass null, a string, number, bigint, boolean, Date or Uint8Array.',
    cause: error,
  });
}
