/** A list that has nothing yet, and stays so. */
export const NO_NUMBERS: number[] = [];

/**
 * The list with another number, for lists that mostly get one and are made by every statement: the array that `push` makes of an
 * empty one has room for 17.
 */
export function appended(list: number[], number: number): number[] {
  if (list.length === 0) return [number];
  list.push(number);
  return list;
}
