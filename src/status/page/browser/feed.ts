/** The only way to data: reads through the OData feed, as the visitor who signed in. The credential stays in memory. */

/** A row as it comes. */
export type Row = Readonly<Record<string, unknown>>;

/** A collection's answer. */
export interface Collection {
  readonly '@odata.count'?: number;
  readonly value: readonly Row[];
}

/** Why a read failed, in the feed's own words. */
export class FeedProblem extends Error {
  constructor(
    /** 0 when there was no answer at all. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterSeconds: number | undefined,
  ) {
    super(message);
  }
}

/** Tells the server that this is the page: it then offers no Basic challenge, so that no browser asks for a password. */
const FROM_THE_PAGE = { 'X-Requested-With': 'discovery-feed-page' };

/** Reads the feed below the page's own address, whatever host that is; links for people begin with {@link root}. */
export class Feed {
  #credential: Readonly<Record<string, string>> = {};

  /** @param root URL of the service root as people should write it, with a slash at its end */
  constructor(readonly root: string) {}

  /** The headers that sign the visitor in; none signs out. */
  signIn(credential: Readonly<Record<string, string>>): void {
    this.#credential = credential;
  }

  get isSignedIn(): boolean {
    return Object.keys(this.#credential).length > 0;
  }

  /**
   * @param path below the service root, as `feedPath` writes it
   * @throws FeedProblem for every answer but a good one
   */
  async read<Answer>(path: string): Promise<Answer> {
    const response = await this.fetch(`odata/${path}`, { Accept: 'application/json' });
    return (await response.json()) as Answer;
  }

  /** All rows of a collection that has one page: what the page asks for is small. */
  async rows(path: string): Promise<readonly Row[]> {
    return (await this.read<Collection>(path)).value;
  }

  /** @param path below the page's own address @throws FeedProblem */
  async fetch(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const all = { ...headers, ...this.#credential, ...FROM_THE_PAGE };
    const response = await fetch(path, { headers: all, cache: 'no-cache' }).catch(() => {
      throw new FeedProblem(0, '', 'The server does not answer.', undefined);
    });
    if (!response.ok) throw await problemOf(response);
    return response;
  }
}

async function problemOf(response: Response): Promise<FeedProblem> {
  const body = (await response.json().catch(() => undefined)) as
    { readonly error?: { readonly code?: string; readonly message?: string } } | undefined;
  const wait = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return new FeedProblem(
    response.status,
    body?.error?.code ?? '',
    body?.error?.message ?? `The server answered ${response.status}.`,
    Number.isNaN(wait) ? undefined : wait,
  );
}
