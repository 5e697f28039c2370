import { describe, expect, it } from 'vitest';
import { HeliosError } from '../../../src/base/errors.ts';
import { inspect } from '../../../src/engine/inspect/inspect.ts';
import type { Inspection } from '../../../src/engine/inspect/inspection.ts';
import { damagedVictim, largeTransactionVictim, largeVictim, smallVictims, type Victim } from '../../crash/victims.ts';

/** A prime: the places differ from one block to the next. */
const STRIDE = 53;

function inspectVictim({ disk }: Victim): Inspection {
  return inspect(disk.moment().open());
}

describe('inspect', () => {
  const victims = smallVictims();

  for (const victim of victims) {
    it(`${victim.name}: every page is accounted for, and nothing is damaged`, () => {
      const { problems, extents, pageSize, files, superblocks } = inspectVictim(victim);
      expect(problems).toEqual([]);
      expect(superblocks.map(({ state }) => state)).toEqual(['valid', 'valid']);
      let at = 0;
      for (const { firstPage, pages } of extents) {
        expect(firstPage).toBe(at);
        at += pages;
      }
      expect(at).toBe(Math.max(Math.ceil(files[0].lengthBytes / (pageSize ?? 0)), extents[0].pages));
    });

    it(`${victim.name}: damage anywhere is described, never an error without a name`, () => {
      let described = 0;
      for (const file of ['main', 'wal'] as const) {
        const size = victim.disk.shownBytes(file).length;
        for (let at = 0; at < size; at += STRIDE) {
          try {
            const { problems } = inspect(damagedVictim(victim, file, at, 1 + (at % 255)).open());
            if (problems.length > 0) described++;
          } catch (error) {
            if (!(error instanceof HeliosError) || error.code !== 'NOT_A_DATABASE') throw error;
          }
        }
      }
      expect(described).toBeGreaterThan(0);
    });
  }

  it('says by column which encodings there are and what they take, and what the log holds', () => {
    const { tables, log, checkpoint } = inspectVictim(
      victims.find(({ name }) => name === 'segments and log') as Victim,
    );
    const table = tables.find(({ name }) => name === 't');
    expect(table?.segments).toHaveLength(1);
    const segment = table?.segments[0];
    expect(segment).toMatchObject({ kind: 'current', rows: 40, rowids: [1, 40] });
    const parts = segment?.parts ?? [];
    const names = parts.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['the rowid column', 'name', 'r', 'b', 'a', 'big', 'word', 'index by_name']),
    );
    for (const { encodings } of parts) expect(Object.values(encodings)).toEqual([1]);
    const sum = parts.reduce((bytes, part) => bytes + part.lengthBytes, segment?.directoryBytes ?? 0);
    expect(sum).toBe(segment?.lengthBytes);
    expect(log.frames).toHaveLength(3);
    expect(log.frames[0].transaction).toBe((checkpoint?.lastTransaction ?? 0) + 1);
    expect(log.frames.map(({ rowChanges }) => rowChanges)).toEqual([10, 8, 5]);
  });

  it('shows the segments that only the log names, and their pages', () => {
    const { tables, extents, problems } = inspectVictim(largeTransactionVictim());
    expect(problems).toEqual([]);
    const segments = tables.find(({ name }) => name === 't')?.segments ?? [];
    expect(segments.filter(({ inLog }) => !inLog)).toHaveLength(1);
    const inLog = segments.filter((segment) => segment.inLog);
    expect(inLog.length).toBeGreaterThan(0);
    for (const { id, firstPage } of inLog)
      expect(extents).toContainEqual(expect.objectContaining({ firstPage, holds: `segment ${id} of t` }));
  });

  it('counts the encodings of large segments', () => {
    const { tables, problems } = inspectVictim(largeVictim());
    expect(problems).toEqual([]);
    const parts = tables.find(({ name }) => name === 'r')?.segments[0].parts ?? [];
    const found = new Set(parts.flatMap(({ encodings }) => Object.keys(encodings)));
    expect([...found]).toEqual(expect.arrayContaining(['delta']));
    expect(found.size).toBeGreaterThan(4);
  });
});
