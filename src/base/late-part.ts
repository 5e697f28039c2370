import { assert } from './assert.ts';
import { HeliosError } from './errors.ts';

/**
 * A part of the engine that is loaded apart from the rest: what most pages never call does not delay their first query.
 * Whoever needs it calls {@link get}, which throws {@link PartNotLoaded} until the part's file is there; {@link withParts}
 * catches that outside of everything synchronous, loads the file and tries again. So a part is asked for before a
 * statement has done anything. Which file holds it is said elsewhere, by {@link lateFile}: one file may hold parts of
 * several folders.
 */
export class LatePart<T> implements Unfilled<T> {
  readonly name: string;
  file: LateFile | null = null;
  private value: T | null = null;

  constructor(name: string) {
    this.name = name;
  }

  get isLoaded(): boolean {
    return this.value !== null;
  }

  /** Loads the file that holds the part. Throws PART_UNAVAILABLE. */
  async load(): Promise<void> {
    assert(this.file !== null, `no file holds the part "${this.name}"`);
    await this.file.load();
  }

  get(): T {
    if (this.value === null) throw new PartNotLoaded(this);
    return this.value;
  }

  readonly fill = (value: T): void => {
    this.value = value;
  };
}

/** What a file's loading needs to know of a part. */
interface Unfilled<T> {
  readonly name: string;
  /** Set by {@link lateFile}. */
  file: LateFile | null;
  readonly fill: (value: T) => void;
  load(): Promise<void>;
}

/** What is loaded in one go. */
export interface LateFile {
  /** Loads it once, and once more after a failure. Throws PART_UNAVAILABLE. */
  load(): Promise<void>;
}

/** Parts that lie in one file: what `source` yields is what each of them holds. */
export function lateFile<T>(parts: readonly Unfilled<T>[], source: () => Promise<T>): LateFile {
  let loading: Promise<void> | null = null;
  const fill = async (): Promise<void> => {
    try {
      const value = await source();
      for (const part of parts) part.fill(value);
    } catch (cause) {
      loading = null;
      throw new HeliosError('PART_UNAVAILABLE', `the engine's ${parts[0].name} could not be loaded`, {
        hint: 'They lie in files beside worker.js: serve those too, and keep them for pages that are offline.',
        cause,
      });
    }
  };
  const file: LateFile = {
    load() {
      loading ??= fill();
      return loading;
    },
  };
  for (const part of parts) part.file = file;
  return file;
}

/** Never reaches a user: {@link withParts} answers it. */
export class PartNotLoaded extends Error {
  readonly part: Unfilled<never>;

  constructor(part: Unfilled<never>) {
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
