import { HeliosError } from '../../../base/errors.ts';
import type { PresentOptions } from '../../expressions/coercion/present.ts';
import type { UserFunctions } from '../user-functions.ts';
import { userAggregate } from './aggregate.ts';
import { checkedFunction, checkedName } from './options.ts';
import { userScalar } from './scalar.ts';
import { userTable } from './table.ts';

/** Registers what users write in JavaScript. Names fold case, as those of built-in functions do. */
export class Registrar {
  private readonly functions: UserFunctions;
  private readonly present: PresentOptions;

  constructor(functions: UserFunctions, present: PresentOptions) {
    this.functions = functions;
    this.present = present;
  }

  /** `function(name, body)` or `function(name, options, body)`. */
  function(name: string, optionsOrBody: unknown, body?: unknown): void {
    const [options, code] = body === undefined ? [{}, optionsOrBody] : [optionsOrBody, body];
    const checked = checkedFunction(code, `the body of ${name}()`);
    this.functions.scalars.add(userScalar(checkedName(name), options, checked, this.functions, this.present));
    this.functions.version++;
  }

  aggregate(name: string, options: unknown): void {
    this.functions.aggregates.add(userAggregate(checkedName(name), options, this.functions, this.present));
    this.functions.version++;
  }

  table(name: string, options: unknown): void {
    this.functions.tables.add(userTable(checkedName(name), options, this.functions, this.present));
    this.functions.version++;
  }
}

/** Runs a module's default export, which registers functions. */
export async function registerModule(module: unknown, url: string, registrar: Registrar): Promise<void> {
  const register = (module as { readonly default?: unknown }).default;
  if (typeof register !== 'function') {
    throw new HeliosError('MISUSE', `${url} has no default export that is a function`, {
      hint: 'export default (db) => { db.function(…) }',
    });
  }
  await register(registrar);
}
