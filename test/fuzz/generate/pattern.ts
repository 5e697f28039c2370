import type { Maker } from './maker.ts';

const LIKE_PARTS = [...'aabBA1_é', '%', '%', '_', '_'];
const GLOB_PARTS = [...'aabA1é', '*', '*', '?', '[ab]', '[^a]', '[a-c]', '[]]', '[^]a]', '[a', '[^', ']', '-', '[b-]'];
const ESCAPES = ['\\', '\\', 'a', '%', '_', 'é', '['];

/** A pattern of LIKE, now and then with ESCAPE: what the escape character stands in front of is itself. */
export function likePattern(maker: Maker): string {
  const sign = maker.chance(0.4) ? maker.pick(ESCAPES) : null;
  const part = () => {
    if (sign !== null && maker.chance(0.35)) return sign + maker.pick(['%', '_', sign, 'a', '']);
    return maker.pick(LIKE_PARTS);
  };
  const pattern = `'${maker.list(0, 5, part, '')}'`;
  return sign === null ? pattern : `${pattern} ESCAPE '${sign}'`;
}

export function globPattern(maker: Maker): string {
  return `'${maker.list(0, 5, () => maker.pick(GLOB_PARTS), '')}'`;
}
