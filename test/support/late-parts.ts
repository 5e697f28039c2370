import { loadLateParts } from '../../src/sql/late-parts.ts';

// Tests call the parts of the engine directly, where nothing waits.
await loadLateParts();
