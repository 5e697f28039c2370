import { Engine } from '../../../src/engine/engine.ts';
import { Session } from '../../../src/sql/session.ts';
import { openMemoryStorage } from '../../../src/storage/memory-storage.ts';
import { SeededRandom } from '../../sim/seeded-random.ts';
import { SimulatedClock } from '../../sim/simulated-clock.ts';
import { openDocument, testSqlBlocks } from './sql-blocks.ts';

/** docs/time-travel.md, executed like docs/sql.md; a ```sql at TIME block runs at that time. */
let clock = new SimulatedClock();

function newSession(): Session {
  clock = new SimulatedClock();
  return new Session(Engine.open(openMemoryStorage(), clock, new SeededRandom(1)));
}

testSqlBlocks(openDocument('time-travel.md'), newSession, ({ info }) => {
  const time = info.slice('sql at '.length);
  if (time !== '') clock.jumpWallMicros(Date.parse(`${time.replace(' ', 'T')}Z`) * 1000 - clock.wallMicros());
});
