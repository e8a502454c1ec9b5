import { createHash } from 'node:crypto';

/**
 * A UUID that follows from a name, so that files generated twice are the same and Power BI sees the same object again.
 *
 * Spec: RFC 9562, section 5.5 (version 5).
 */
export function stableId(...path: readonly string[]): string {
  const bytes = createHash('sha1').update(`defender-discovery-feed/${path.join('/')}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
