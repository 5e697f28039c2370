const UUID = /^[ ]*\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?[ ]*$/i;

/** The canonical text of a UUID (RFC 9562): lower case, 8-4-4-4-12; null for other text. Hyphens and braces are optional. */
export function canonicalUuid(text: string): string | null {
  const match = UUID.exec(text);
  return match === null ? null : match.slice(1).join('-').toLowerCase();
}
