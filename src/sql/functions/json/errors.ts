import { HeliosError } from '../../../base/errors.ts';

export function malformedJson(): never {
  throw new HeliosError('INVALID_VALUE', 'malformed JSON', {
    hint: 'json_error_position() tells where a text stops being JSON.',
  });
}

export function badPath(path: string): HeliosError {
  return new HeliosError('INVALID_VALUE', `bad JSON path: '${path.replaceAll("'", "''")}'`, {
    hint: 'A path is $ and then .label, ."any label", [0] or [#-1], any number of them.',
  });
}
