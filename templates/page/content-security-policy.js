/** What the page's Content-Security-Policy asks for, and what it forbids. */

/** The policy that Trusted Types demand was refused; it decides what a failure's explanation says. */
let urlPolicyRefused = false;

const TRUSTED_TYPES_REMEDY = "The Content-Security-Policy requires Trusted Types; add “trusted-types pwagen” to it.";

/** @type {{ createScriptURL(url: string): unknown } | undefined} Made once: a second of that name is refused. */
let urlPolicy;

/**
 * Under `require-trusted-types-for 'script'` a plain string is refused as a script's URL.
 * The directive that allows the policy is `trusted-types pwagen`.
 *
 * @param {string} url
 */
function trustedUrl(url) {
  const factory = /** @type {TrustedTypesWindow} */ (window).trustedTypes;
  if (!factory) return url;
  try {
    urlPolicy ??= factory.createPolicy("pwagen", { createScriptURL: (text) => ([workerUrl, moreUrl].includes(text) ? text : "") });
    return /** @type {string} */ (urlPolicy.createScriptURL(url));
  } catch {
    // Named in no trusted-types directive: still fine where the page doesn't require Trusted Types.
    urlPolicyRefused = true;
    return url;
  }
}

/**
 * Listens for violations until asked, and answers with the directive of one that explains a failure.
 *
 * @returns {() => Promise<string | undefined>}
 */
function watchPolicyViolations() {
  /** @type {string[]} */
  const directives = [];
  /** @param {SecurityPolicyViolationEvent} event */
  const note = ({ effectiveDirective, blockedURI, disposition }) => {
    const ours = blockedURI === workerUrl || /^(require-)?trusted-types/.test(effectiveDirective);
    if (ours && disposition === "enforce") directives.push(effectiveDirective);
  };
  document.addEventListener("securitypolicyviolation", note);
  return async () => {
    // The event is a task of its own and may come after the rejection.
    await new Promise((resolve) => setTimeout(resolve, 0));
    document.removeEventListener("securitypolicyviolation", note);
    return directives.includes("require-trusted-types-for") ? "require-trusted-types-for" : directives.pop();
  };
}
