import { describe, expect, it } from 'vitest';
import { isHeliosError } from '../../../src/base/errors.ts';
import { ExtentAllocator } from '../../../src/engine/extent/allocator.ts';
import { type Extent, pagesFor, superblockPages, superblockSpacing } from '../../../src/engine/extent/layout.ts';
import { seededRandom } from '../encodings/support.ts';

const at = (firstPage: number, pageCount: number): Extent => ({ firstPage, pageCount });

describe('layout', () => {
  it('keeps the superblock slots apart by a page and by 4096 bytes', () => {
    expect([512, 4096, 65_536].map(superblockSpacing)).toEqual([4096, 4096, 65_536]);
    expect([512, 4096, 65_536].map(superblockPages)).toEqual([16, 2, 2]);
    expect([0, 1, 4096, 4097].map((bytes) => pagesFor(bytes, 4096))).toEqual([0, 1, 1, 2]);
  });
});

describe('ExtentAllocator', () => {
  it('finds the gaps that used extents leave', () => {
    const allocator = ExtentAllocator.open('db', 2, [at(10, 5), at(2, 3)]);
    expect(allocator.freePages).toBe(5);
    expect(allocator.endPage).toBe(15);
    expect(allocator.allocate(6)).toEqual(at(15, 6));
    expect(allocator.allocate(2)).toEqual(at(5, 2));
    expect(allocator.allocate(3)).toEqual(at(7, 3));
    expect(allocator.freePages).toBe(0);
  });

  it('calls overlaps and impossible extents corrupt', () => {
    const overlapping = [at(2, 3), at(4, 1)];
    const used = [overlapping, [at(1, 1)], [at(5, 0)], [at(5, -1)], [at(2.5, 1)], [at(3, 2), at(3, 2)]];
    for (const extents of used) {
      try {
        ExtentAllocator.open('db', 2, extents);
        expect.unreachable();
      } catch (error) {
        expect(isHeliosError(error, 'CORRUPT'), String(error)).toBe(true);
      }
    }
  });

  it('reuses what was freed only after release, and what was given back at once', () => {
    const allocator = ExtentAllocator.open('db', 2, []);
    const [a, b, c] = [allocator.allocate(4), allocator.allocate(4), allocator.allocate(4)];
    allocator.free(a);
    allocator.free(b);
    expect(allocator.pendingPages).toBe(8);
    expect(allocator.allocate(4)).toEqual(at(14, 4));
    allocator.release();
    expect(allocator.pendingPages).toBe(0);
    expect(allocator.allocate(8)).toEqual(at(2, 8));
    allocator.giveBack(c);
    expect(allocator.allocate(1)).toEqual(at(10, 1));
  });

  it('lowers the end when the last pages become free', () => {
    const allocator = ExtentAllocator.open('db', 2, []);
    const extents = [allocator.allocate(3), allocator.allocate(2), allocator.allocate(1)];
    allocator.giveBack(extents[1]);
    expect(allocator.endPage).toBe(8);
    allocator.giveBack(extents[2]);
    expect(allocator.endPage).toBe(5);
    allocator.giveBack(extents[0]);
    expect([allocator.endPage, allocator.freePages]).toEqual([2, 0]);
  });

  it('refuses to free twice', () => {
    const allocator = ExtentAllocator.open('db', 2, [at(2, 2), at(4, 2)]);
    allocator.free(at(2, 2));
    expect(() => allocator.free(at(2, 2))).toThrow(/twice/);
    allocator.release();
    expect(() => allocator.free(at(3, 1))).toThrow(/twice/);
    expect(() => allocator.free(at(6, 1))).toThrow(/beyond/);
    expect(() => allocator.free(at(0, 1))).toThrow(/cannot be/);
  });

  const seed = 4711;
  it(`never hands out a page twice (seed ${seed})`, () => {
    const random = seededRandom(seed);
    const allocator = ExtentAllocator.open('db', 2, []);
    const used: Extent[] = [];
    for (let step = 0; step < 3000; step++) {
      if (used.length === 0 || random() < 0.5) {
        used.push(allocator.allocate(1 + Math.floor(random() * 9)));
      } else {
        const [extent] = used.splice(Math.floor(random() * used.length), 1);
        if (random() < 0.5) allocator.free(extent);
        else allocator.giveBack(extent);
      }
      if (random() < 0.1) allocator.release();
      if (step % 100 === 0) {
        allocator.release();
        const reopened = ExtentAllocator.open('db', 2, used);
        expect([allocator.freePages, allocator.endPage]).toEqual([reopened.freePages, reopened.endPage]);
      }
    }
  });
});
