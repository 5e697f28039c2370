import { LatePart } from '../../base/late-part.ts';
import type { QualifiedName } from '../ast/node.ts';
import { foldName } from './names.ts';

/** ALTER, PRAGMA and the tables that show the catalogue: what few pages ask for is not part of their first download. */
export const DEFINITIONS = new LatePart('definitions', () => import('./definition-statements.ts'));

/** True for names that may be those of catalogue tables. */
export function mayBeCatalogueName({ schema, name }: QualifiedName): boolean {
  if (schema !== null && ['information_schema', 'helios'].includes(foldName(schema))) return true;
  return /^(sqlite|pragma)_/i.test(name);
}
