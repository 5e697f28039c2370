import type { LatePart } from '../base/late-part.ts';
import { DEFINITIONS } from './binder/definition-part.ts';
import { WINDOW_BINDING } from './binder/window-part.ts';
import { DEFINITION_RUNNERS } from './definition-runner-part.ts';
import { WINDOW_OPERATOR } from './executor/window-part.ts';
import { EXPLAIN } from './explain-part.ts';
import { DATE_FUNCTIONS, SELDOM_FUNCTIONS } from './functions/registry.ts';

/** What is loaded after the engine has answered its first statements, or when a statement asks for it. */
const LATE_PARTS: readonly LatePart<unknown>[] = [
  DATE_FUNCTIONS,
  SELDOM_FUNCTIONS,
  WINDOW_BINDING,
  WINDOW_OPERATOR,
  DEFINITIONS,
  DEFINITION_RUNNERS,
  EXPLAIN,
];

/** For hosts whose calls cannot wait. */
export async function loadLateParts(): Promise<void> {
  for (const part of LATE_PARTS) await part.load();
}
