import { HeliosError } from './errors.ts';

/**
 * A part of the engine that is loaded apart from the rest: what most pages never call does not delay their first query.
 * Whoever needs it calls {@link get}, which throws {@link PartNotLoaded} until {@link load} has ended; {@link withParts}
 * catches that outside of everything synchronous, loads the part and tries again.
 */
export class LatePart<T> {
  readonly name: string;
  private readonly source: () => Promise<T>;
  private value: T | null = null;

  constructor(name: string, source: () => Promise<T>) {
    this.name = name;
    this.source = source;
  }

  get(): T {
    if (this.value === null) throw new PartNotLoaded(this);
    return this.value;
  }

  async load(): Promise<void> {
    try {
      this.value ??= await this.source();
    } catch (cause) {
      throw new HeliosError('PART_UNAVAILABLE', `the engine's ${this.name} could not be loaded`, {
        hint: 'They lie in files beside worker.js: serve those too, and keep them for pages that are offline.',
        cause,
      });
    }
  }
}

/** Never reaches a user: {@link withParts} answers it. */
export class PartNotLoaded extends Error {
  readonly part: LatePart<unknown>;

  constructor(part: LatePart<unknown>) {
    super(`the engine's part "${part.name}" is not loaded`);
    this.part = part;
  }
}

/** Runs work that leaves no trace when it fails; again, when a part was missing, once that is loaded. */
export async function withParts<T>(work: () => T | Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PartNotLoaded)) throw error;
      await error.part.load();
    }
  }
}
