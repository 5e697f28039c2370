import { bulkLoads } from './bulk-workload.ts';
import { erasures } from './erase-workload.ts';
import { flashbacks } from './flashback-workload.ts';
import { namedSnapshots } from './snapshot-workload.ts';
import { sqlChanges } from './sql-workload.ts';
import {
  checkpointsInSteps,
  insertLoad,
  schemaChanges,
  updatesAndDeletes,
  vacuums,
  type Workload,
} from './workload.ts';

/**
 * Every workload that the harnesses run: crashes everywhere, crashes in recovery, failing storage and long runs. A new
 * kind of background work or of commit gets one here: short, with all its writes, since each of them is crashed.
 */
export const WORKLOADS: Readonly<Record<string, Workload>> = {
  checkpointsInSteps,
  insertLoad,
  updatesAndDeletes,
  schemaChanges,
  vacuums,
  bulkLoads,
  sqlChanges,
  namedSnapshots,
  erasures,
  flashbacks,
};
