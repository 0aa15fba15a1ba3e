/**
 * The dialog's look: the page's own font and colour scheme, and no colour of its own until a custom
 * property gives it one.
 */
const PROMPT_STYLE = `
:host { position: absolute; }
dialog {
  --accent: var(--pwagen-prompt-accent, CanvasText);
  position: fixed;
  inset: auto 1rem max(1rem, env(safe-area-inset-bottom));
  z-index: 2147483647;
  box-sizing: border-box;
  inline-size: min(26rem, 100% - 2rem);
  max-block-size: calc(100% - 2rem);
  margin: 0 auto;
  padding: 1.25rem;
  overflow: auto;
  border: 1px solid var(--pwagen-prompt-border, color-mix(in srgb, currentColor 16%, transparent));
  border-radius: var(--pwagen-prompt-radius, 1rem);
  background: var(--pwagen-prompt-background, Canvas);
  color: var(--pwagen-prompt-color, CanvasText);
  box-shadow: 0 0.75rem 2.5rem rgb(0 0 0 / 0.28);
  font-size: 1rem;
  line-height: 1.5;
  text-align: start;
}
dialog[open] { display: grid; grid-template-columns: auto 1fr; gap: 0 1rem; }
dialog:modal { inset: 0; margin: auto; }
dialog::backdrop { background: rgb(0 0 0 / 0.45); }
#icon { inline-size: 3rem; block-size: 3rem; border-radius: 0.75rem; }
#text:first-child { grid-column: 1 / -1; }
#title { margin: 0; font: inherit; font-size: 1.125rem; font-weight: 650; line-height: 1.3; }
#body { margin: 0.25rem 0 0; opacity: 0.85; }
#actions { grid-column: 1 / -1; display: flex; flex-wrap: wrap; justify-content: end; gap: 0.5rem; margin-block-start: 1rem; }
button {
  min-block-size: 2.75rem;
  padding: 0.5rem 1.25rem;
  border: 1px solid transparent;
  border-radius: calc(var(--pwagen-prompt-radius, 1rem) * 0.625);
  background: transparent;
  color: inherit;
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
button:hover { background: color-mix(in srgb, currentColor 8%, transparent); }
#accept, #dismiss:only-child { background: var(--accent); color: var(--pwagen-prompt-on-accent, Canvas); }
#accept:hover, #dismiss:only-child:hover { background: color-mix(in srgb, var(--accent) 88%, Canvas); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
svg { inline-size: 1.2em; block-size: 1.2em; vertical-align: -0.2em; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
@media (min-width: 40rem) { dialog { margin-inline-end: 0; } }
@media (prefers-reduced-motion: no-preference) {
  dialog { animation: rise 0.25s ease-out; }
  @keyframes rise { from { opacity: 0; transform: translateY(1rem); } }
}
@media print { dialog { display: none !important; } }
`;

/** @param {ShadowRoot} root */
function stylePrompt(root) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(PROMPT_STYLE);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Safari before 16.4 has no constructed style sheets: plain, but usable.
  }
}
