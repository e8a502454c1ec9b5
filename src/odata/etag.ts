/**
 * Entity tags: one text for everything that an answer depends on.
 *
 * Spec: RFC 9110 sections 8.8.3 and 13.1.2; Protocol 4.01 section 8.2.5. Weak, because gzip and plain bodies share one.
 */
import { hash } from 'node:crypto';

/** Weak entity tag over the parts, in order. */
export function weakEtag(parts: readonly string[]): string {
  const whole = parts.map((part) => `${part.length}:${part}`).join('');
  return `W/"${hash('sha256', whole, 'base64url').slice(0, 27)}"`;
}

/** Whether an If-None-Match header names the tag (weak comparison). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = etag.replace(/^W\//, '');
  return (ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => tag.replace(/^W\//, '') === opaque);
}
