/** Buttons that copy what stands beside them. */
import { announce, element } from './elements.js';

/** How long a button says that it has copied, in milliseconds. */
const SAID_MS = 2000;

/** Gives every `.copyable` of the page that has none a button. */
export function addCopyButtons(within: ParentNode = document): void {
  for (const box of within.querySelectorAll('.copyable')) {
    const code = box.querySelector('code');
    if (code === null || box.querySelector('.copy') !== null) continue;
    box.append(copyButton(code));
  }
}

/** A box with code in it and its button. @param more links to stand after the button */
export function copyable(code: string, ...more: readonly Node[]): HTMLElement {
  const shown = element('code', {}, code);
  return element('div', { class: 'copyable' }, shown, copyButton(shown), ...more);
}

function copyButton(code: HTMLElement): HTMLButtonElement {
  const button = element('button', { type: 'button', class: 'copy' }, 'Copy');
  button.setAttribute('aria-label', `Copy ${code.textContent}`);
  button.addEventListener('click', () => {
    void copy(code).then((done) => {
      button.textContent = done ? 'Copied' : 'Press Ctrl+C';
      announce(done ? 'Copied.' : 'Selected: press Control and C to copy.');
      setTimeout(() => (button.textContent = 'Copy'), SAID_MS);
    });
  });
  return button;
}

/** False when the browser does not let pages write to the clipboard (plain http): the text is selected instead. */
async function copy(code: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection()?.selectAllChildren(code);
    return false;
  }
}
