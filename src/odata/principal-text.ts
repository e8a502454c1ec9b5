/** Who asks, as text: part of entity tags and of the keys of answers at hand. Equal for equal principals. */
export function principalText(principal: unknown): string {
  if (typeof principal !== 'object' || principal === null) return JSON.stringify(principal ?? null);
  let text = texts.get(principal);
  if (text === undefined) {
    text = JSON.stringify(principal);
    texts.set(principal, text);
  }
  return text;
}

/** A credential that comes again leads to the same object, as a rule. */
const texts = new WeakMap<object, string>();
