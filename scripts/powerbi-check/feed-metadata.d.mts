/** Sets and structural properties of a feed, from the XML of its $metadata. */
export function setsOf(
  xml: string,
): ReadonlyMap<string, { readonly properties: ReadonlyMap<string, string>; readonly key: readonly string[] }>;
