import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Projects whose files share modules run one after the other; the many small files are last, and fill what time is left. */
const PROJECTS = ['crash', 'fuzz', 'conformance', 'long', 'late', 'unit'];

/** Beginnings of the names of files that take minutes, the longest first. */
const LONGEST = [
  'test/crash/crash-everywhere-',
  'test/crash/fail-everywhere',
  'test/crash/flip-bytes',
  'test/crash/crash-in-recovery',
  'test/crash/random-operations',
  'test/crash/planted-bugs',
  'test/unit/sql/history-model-',
  'test/unit/sql/spill',
  'test/unit/cli/command-line',
  'test/unit/engine/model',
];

/** No processor waits at the end for a file that has begun last and takes long. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const known = await super.sort(files);
    return known.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

function placeOf({ moduleId, project }: TestSpecification): number {
  const name = relative(ROOT, moduleId);
  const place = LONGEST.findIndex((beginning) => name.startsWith(beginning));
  return PROJECTS.indexOf(project.name) * (LONGEST.length + 1) + (place < 0 ? LONGEST.length : place);
}
