import { LatePart } from '../base/late-part.ts';

/** What runs the statements of binder/definition-part.ts. */
export const DEFINITION_RUNNERS = new LatePart('definitions', async () => {
  const [alter, pragma] = await Promise.all([import('./alter-runner.ts'), import('./pragma-runner.ts')]);
  return { ...alter, ...pragma };
});
