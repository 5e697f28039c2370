import { LatePart } from '../../base/late-part.ts';

/** Only CREATE INDEX on a table with rows asks for it. */
export const UNIQUE_CHECK = new LatePart<typeof import('./unique-check.ts')>('definitions');

/** Only a transaction that changes a ledger table asks for it, before it does. */
export const LEDGER_CHAIN = new LatePart<typeof import('./ledger-chain.ts')>('time travel');
