import { HeliosError } from '../../base/errors.ts';
import type { AggregateDefinition } from './aggregates/definition.ts';
import type { ScalarFunctionDefinition } from './definition.ts';
import type { TableFunctionDefinition } from './tables/definition.ts';

interface Overload {
  readonly name: string;
  readonly minArguments: number;
  readonly maxArguments: number;
}

class Overloads<T extends Overload> {
  private readonly byName = new Map<string, readonly T[]>();

  /** Takes the place of one that takes as many arguments. */
  add(definition: T): void {
    const others = (this.byName.get(definition.name) ?? []).filter(
      (other) => other.minArguments !== definition.minArguments || other.maxArguments !== definition.maxArguments,
    );
    this.byName.set(definition.name, [definition, ...others]);
  }

  find(name: string, count: number): T | null {
    return this.byName.get(name)?.find((each) => count >= each.minArguments && count <= each.maxArguments) ?? null;
  }

  /** For messages: how many arguments it takes; null: there is none of that name. */
  arities(name: string): string | null {
    const known = this.byName.get(name);
    return (
      known
        ?.map(({ minArguments, maxArguments }) =>
          minArguments === maxArguments ? `${minArguments}` : `${minArguments} to ${maxArguments}`,
        )
        .join(' or ') ?? null
    );
  }

  get names(): readonly string[] {
    return [...this.byName.keys()];
  }

  get all(): readonly T[] {
    return [...this.byName.values()].flat();
  }
}

/** The functions that users have registered. The sessions of a database share them; they come before the built-in ones. */
export class UserFunctions {
  readonly scalars = new Overloads<ScalarFunctionDefinition>();
  readonly aggregates = new Overloads<AggregateDefinition>();
  readonly tables = new Overloads<TableFunctionDefinition>();
  /** Grows with every registration: plans that are older may have been made for other functions. */
  version = 0;
  private calls = 0;

  /** Throws MISUSE while a function of a user runs: the statement that calls it is in the middle of its work. */
  checkIdle(): void {
    if (this.calls === 0) return;
    throw new HeliosError('MISUSE', 'a function that SQL calls cannot use the database that calls it', {
      hint: 'Pass what it needs as arguments, or read it before the statement.',
    });
  }

  /** Runs code of a user. What it throws becomes USER_FUNCTION_ERROR, and undoes the statement. */
  call<Result>(name: string, body: () => Result): Result {
    this.calls++;
    try {
      return body();
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new HeliosError('USER_FUNCTION_ERROR', `${name}() failed: ${text}`, { cause });
    } finally {
      this.calls--;
    }
  }
}
