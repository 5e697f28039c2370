import { HeliosError } from '../../../base/errors.ts';
import { LIMITS } from '../../../base/limits.ts';
import type { SqlValue } from '../../../engine/column/types.ts';
import type { PresentOptions } from '../../expressions/coercion/present.ts';
import type { FunctionColumn, FunctionRow, TableFunctionDefinition } from '../tables/definition.ts';
import type { UserFunctions } from '../user-functions.ts';
import { type ArityOptions, arityOf, checkedFunction, checkedOptions } from './options.ts';
import { argumentReader, namedType, resultReader } from './values.ts';

const OPTIONS = ['columns', 'rows', 'arity', 'varargs'];

export function userTable(
  name: string,
  options: unknown,
  functions: UserFunctions,
  present: PresentOptions,
): TableFunctionDefinition {
  const given = checkedOptions(options, 'table()', OPTIONS);
  const body = checkedFunction(given.rows, 'the option rows');
  const columns = columnsOf(given.columns);
  const [minArguments, maxArguments] = arityOf(given as ArityOptions, body.length);
  const readers = columns.map((column) => resultReader(`${name}`, column.type));
  const rowOf = (row: unknown): FunctionRow => {
    const values = columns.map((column, i) => readers[i](columnOf(row, column.name, i, name)));
    return { column: (i): SqlValue => values[i] };
  };
  return {
    name,
    minArguments,
    maxArguments,
    columns: () => columns,
    open: (args, types) => {
      const iterator = functions.call(name, () => iteratorOf(body(...argumentReader(types, present)(args))));
      return {
        next() {
          const next = functions.call(name, () => iterator.next());
          return next.done === true ? { done: true, value: undefined } : { done: false, value: rowOf(next.value) };
        },
        return() {
          functions.call(name, () => iterator.return?.());
          return { done: true, value: undefined };
        },
      };
    },
  };
}

function iteratorOf(rows: unknown): Iterator<unknown> {
  if (typeof rows === 'object' && rows !== null && Symbol.iterator in rows) {
    return (rows as Iterable<unknown>)[Symbol.iterator]();
  }
  throw new TypeError('rows() is to return rows: an array of them, or a generator');
}

/** A row is an array in the order of the columns, or an object by their names. */
function columnOf(row: unknown, column: string, position: number, name: string): unknown {
  if (Array.isArray(row)) return row[position];
  if (typeof row === 'object' && row !== null) return Object.hasOwn(row, column) ? (row as never)[column] : null;
  throw new HeliosError('USER_FUNCTION_ERROR', `${name}() yielded ${typeof row}: a row is an array or an object`);
}

/** `['a', { name: 'b', type: 'INTEGER' }]`. */
function columnsOf(value: unknown): readonly FunctionColumn[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > LIMITS.columns) {
    throw new HeliosError('MISUSE', `the option columns is an array of 1 to ${LIMITS.columns} names`);
  }
  return value.map((column: unknown): FunctionColumn => {
    const { name, type } = (typeof column === 'string' ? { name: column } : (column ?? {})) as Record<string, unknown>;
    if (typeof name !== 'string' || name === '') {
      throw new HeliosError('MISUSE', "a column is a name, or { name: 'a', type: 'INTEGER' }");
    }
    return { name, type: namedType(type, `the type of column ${name}`) };
  });
}
