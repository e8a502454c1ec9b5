/** URLs of the feed, spelled so that a person can read them, learn from them and paste them anywhere. */

/** Query options in the order in which they are shown; an empty one is left out. */
export type QueryOptions = Readonly<Record<`$${string}`, string>>;

/**
 * A set or a path below the service root with its query options.
 *
 * @example feedPath('Apps', {$filter: "id eq '1'"}) → "Apps?$filter=id%20eq%20'1'"
 */
export function feedPath(resource: string, options: QueryOptions = {}): string {
  const query = Object.entries(options)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${readable(value)}`);
  return query.length === 0 ? resource : `${resource}?${query.join('&')}`;
}

/** A string literal (OData 4.01 URL Conventions, section 5.1.1.6.1): quotes within it are doubled. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** The key of an entity, percent-encoded: a `/` in it must not look like a new segment. */
export function key(parts: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(parts).map(([name, value]) => `${name}=${encodeURIComponent(text(value))}`);
  return `(${pairs.join(',')})`;
}

/** Conditions that must all hold; '' when there is none. */
export function all(conditions: readonly (string | undefined)[]): string {
  return conditions.filter((each) => each !== undefined && each !== '').join(' and ');
}

/** What the encoding of a query may leave as it is (RFC 3986, section 3.4), less `&`, `+` and `=` that would end a value. */
const PLAIN: Readonly<Record<string, string>> = {
  '%24': '$',
  '%2C': ',',
  '%2F': '/',
  '%3A': ':',
  '%40': '@',
};

function readable(value: string): string {
  return encodeURIComponent(value).replace(/%(?:24|2C|2F|3A|40)/g, (code) => PLAIN[code] ?? code);
}
