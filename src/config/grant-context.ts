/** What the entries of `grants` are checked against, and the forms that their members share. */
import { mistake, quote, type Mistake } from './mistake.js';
import { nearest } from './nearest.js';

/** What an entry is checked against and where its mistakes go. */
export interface EntryContext {
  readonly known: {
    /** Empty when nobody can tell: the sample tenant has its id only once it runs. */
    readonly tenantIds: readonly string[];
    /** Absent when the setting itself is wrong. */
    readonly keys: readonly string[] | undefined;
    readonly users: readonly string[] | undefined;
  };
  readonly mistakes: Mistake[];
}

/** A list of texts; `undefined` when the member is absent or no such list. */
export function names(
  raw: unknown,
  about: string,
  { mistakes }: EntryContext,
): readonly string[] | undefined {
  if (raw === undefined || raw === null) return undefined;
  if (Array.isArray(raw) && raw.length > 0 && raw.every((item) => typeof item === 'string'))
    return raw.map((item: string) => item.trim());
  mistakes.push(mistake(about, `${quote(raw)} is not a list of texts, or is empty. Accepted: ["…", "…"]`));
  return undefined;
}

/** What a name may have meant, else what there is. */
export function orElse(name: string, known: readonly string[], prefix = ''): string {
  const meant = nearest(name, known);
  if (meant !== undefined) return `Did you mean '${prefix}${meant}'?`;
  return known.length === 0 ? 'There are none.' : `There are: ${known.join(', ')}.`;
}
