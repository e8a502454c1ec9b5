/**
 * Links to next pages.
 *
 * Every option is kept as the client wrote it, custom ones too (Protocol 4.01 section 11.2.6.7); `$top` and `$skip` stay,
 * because the token says how much of them is left. Only an API key is never copied.
 */

/**
 * Absolute URL of the next page.
 *
 * @param path path of the resource below the service root, as the client wrote it, without slashes at the ends
 * @param rawQuery the query as the client wrote it, without `?`
 * @param apiKeyParameter name of the option that carries an API key
 */
export function nextLink(
  address: { readonly root: string; readonly path: string; readonly rawQuery: string },
  token: string,
  apiKeyParameter: string | undefined,
): string {
  const kept = optionsBut(address.rawQuery, ['$skiptoken', apiKeyParameter?.toLowerCase() ?? '']);
  return `${address.root}${address.path}?${[...kept, `$skiptoken=${token}`].join('&')}`;
}

/** The query as all those ask it who carry the same API key in a header instead. */
export function withoutKey(rawQuery: string, apiKeyParameter: string | undefined): string {
  const name = apiKeyParameter?.toLowerCase();
  if (name === undefined || !rawQuery.toLowerCase().includes(name)) return rawQuery;
  return optionsBut(rawQuery, [name]).join('&');
}

/** The options as they were written, but those of some names; empty ones are left out. @param names in lower case */
function optionsBut(rawQuery: string, names: readonly string[]): string[] {
  return rawQuery.split('&').filter((option) => {
    const name = optionName(option);
    return name !== '' && !names.includes(name);
  });
}

function optionName(option: string): string {
  const [name = ''] = option.split('=', 1);
  try {
    return decodeURIComponent(name.replaceAll('+', ' ')).trim().toLowerCase();
  } catch {
    return name.toLowerCase();
  }
}
