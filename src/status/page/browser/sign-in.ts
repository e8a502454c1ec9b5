/** The form for a key, or a user name and password. What is typed lives in memory, until the page is left. */
import { byId, element } from './elements.js';
import type { Feed } from './feed.js';

/** Kinds of credentials that a person can type; the others are for Power BI's own dialogues. */
const TYPED = ['Web API', 'Basic'];

/** What the form needs. */
export interface SignInOptions {
  readonly feed: Feed;
  /** Kinds that the server accepts. */
  readonly kinds: readonly string[];
  /** Reads everything again, as whoever has signed in. */
  readonly onSignedIn: () => void;
}

/** Whether this page can read the feed as anybody at all. */
export function canReadHere(kinds: readonly string[]): boolean {
  return kinds.includes('Anonymous') || kinds.some((kind) => TYPED.includes(kind));
}

/** Shows the form, or why there is none. @param said what went wrong with the last try */
export function askToSignIn(options: SignInOptions, said = ''): void {
  const section = byId('sign-in');
  const title = element('h2', { id: 'sign-in-title' }, 'Sign in to see the data');
  const kinds = options.kinds.filter((kind) => TYPED.includes(kind));
  section.replaceChildren(title, ...(kinds.length === 0 ? [onlyElsewhere()] : [form(options, kinds, said)]));
  section.hidden = false;
}

/** Shows that somebody is signed in, and the way out. */
export function showSignedIn({ feed, onSignedIn }: SignInOptions): void {
  const section = byId('sign-in');
  const out = () => {
    feed.signIn({});
    onSignedIn();
  };
  section.replaceChildren(
    element('h2', { id: 'sign-in-title', class: 'unseen' }, 'Signed in'),
    element(
      'div',
      { class: 'actions' },
      element('p', {}, 'You are signed in until you leave this page.'),
      element('button', { type: 'button', onclick: out }, 'Sign out'),
    ),
  );
  section.hidden = !feed.isSignedIn;
}

function onlyElsewhere(): HTMLElement {
  return element(
    'p',
    {},
    'This server lets people in by their Microsoft work account, which Power BI and Excel ask for. This page shows its health and how to connect; the data itself you see there.',
  );
}

const FIELDS: Readonly<
  Record<string, readonly (readonly [label: string, type: string, complete: string])[]>
> = {
  'Web API': [['API key', 'password', 'off']],
  Basic: [
    ['User name', 'text', 'username'],
    ['Password', 'password', 'current-password'],
  ],
};

const HEADERS: Readonly<Record<string, (typed: readonly string[]) => Readonly<Record<string, string>>>> = {
  'Web API': ([key = '']) => ({ 'x-api-key': key.trim() }),
  Basic: ([name = '', password = '']) => ({ Authorization: `Basic ${base64(`${name}:${password}`)}` }),
};

function form(options: SignInOptions, kinds: readonly string[], said: string): HTMLElement {
  const forms = kinds.map((kind) => {
    const inputs = (FIELDS[kind] ?? []).map(([label, type, complete]) => ({
      label,
      input: element('input', {
        type,
        autocomplete: complete,
        required: true,
        spellcheck: 'false',
        autocapitalize: 'off',
      }),
    }));
    const submit = (event: Event) => {
      event.preventDefault();
      options.feed.signIn(HEADERS[kind]?.(inputs.map(({ input }) => input.value)) ?? {});
      options.onSignedIn();
    };
    return element(
      'form',
      { class: 'fields', onsubmit: submit, 'aria-label': `Sign in: ${kind}` },
      ...inputs.map(({ label, input }) => element('label', {}, label, input)),
      element('button', { class: 'main' }, 'Sign in'),
    );
  });
  const about =
    'What you type stays in this page’s memory: nothing is stored, and leaving the page signs you out.';
  const parts = forms.flatMap((each, index) => (index === 0 ? [each] : [element('p', {}, 'or'), each]));
  const failed = said === '' ? [] : [element('p', { class: 'bad', role: 'alert' }, said)];
  return element('div', {}, ...failed, ...parts, element('p', { class: 'hint' }, about));
}

/** Base64 of UTF-8, as RFC 7617 with its charset parameter wants. */
function base64(text: string): string {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(text)));
}
