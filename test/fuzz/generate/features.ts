import type { Contender } from '../engines/outcome.ts';

/** What the dialect may not have yet, each with statements that need it. */
const PROBES = {
  views: ['CREATE VIEW feature_view AS SELECT 1'],
  partialIndexes: ['CREATE TABLE feature_p (a INTEGER)', 'CREATE INDEX feature_pi ON feature_p (a) WHERE a > 0'],
  expressionIndexes: ['CREATE TABLE feature_e (a INTEGER)', 'CREATE INDEX feature_ei ON feature_e (a + 1)'],
  generatedColumns: ['CREATE TABLE feature_g (a INTEGER, b INTEGER AS (a + 1) STORED, c INTEGER AS (a) VIRTUAL)'],
  triggers: [
    'CREATE TABLE feature_t (a INTEGER)',
    'CREATE TRIGGER feature_tr AFTER INSERT ON feature_t BEGIN DELETE FROM feature_t WHERE a = 1; END',
  ],
  foreignKeys: [
    'PRAGMA foreign_keys = ON',
    'CREATE TABLE feature_f (a INTEGER PRIMARY KEY)',
    'CREATE TABLE feature_c (b INTEGER REFERENCES feature_f (a) ON DELETE CASCADE)',
  ],
  conflictActions: ['CREATE TABLE feature_o (a INTEGER)', 'INSERT OR FAIL INTO feature_o VALUES (1)'],
  json: [`SELECT json_extract('{"a":1}', '$.a'), json('[1]') ->> 0, json_group_array(1)`],
} as const;

export type Features = { readonly [Name in keyof typeof PROBES]: boolean };

export function probeFeatures(contender: Contender): Features {
  const names = Object.keys(PROBES) as (keyof typeof PROBES)[];
  const found = names.map((name) => [name, PROBES[name].every((sql) => contender.run(sql).kind === 'rows')]);
  return Object.fromEntries(found);
}
