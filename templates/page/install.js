/** Installing the app: the browser's offer is kept until the page's own button is pressed. */

/** @type {BeforeInstallPromptEvent | null} */
let installOffer = null;

let installedNow = false;

/**
 * What a click does on iOS, where only the user can install. ios-hint.js shows how.
 *
 * @type {() => Promise<"accepted" | "dismissed">}
 */
let explainInstall = async () => {
  throw await namedError("NeedsInstallError", "installIos");
};

/** @returns {PwagenInstallState} */
function installState() {
  if (installedNow || isStandalone()) return "installed";
  if (installOffer) return "available";
  return isIos(navigator) && canAddToHomeScreen(navigator.userAgent) ? "ios" : "unavailable";
}

/**
 * Shows the browser's install dialog and answers what the user chose. Call it in a click.
 *
 * @returns {Promise<"accepted" | "dismissed">}
 */
async function promptInstall() {
  if (installState() === "ios") return explainInstall();
  if (!installOffer) throw await namedError("InstallUnavailableError");
  const offer = installOffer;
  try {
    await offer.prompt();
  } catch (error) {
    throw await namedError("GestureError", "installGesture", error);
  }
  // An offer is good for one prompt; the browser makes another when the user may be asked again.
  installOffer = null;
  const { outcome } = await offer.userChoice;
  tellInstallState();
  return outcome;
}

function tellInstallState() {
  emit("install", { state: installState() });
  refreshStates();
}

/** @type {PwagenInstall} */
const installApi = {
  get state() {
    return installState();
  },
  prompt: promptInstall,
};
Object.assign(api, { install: installApi });

controls.set("install", {
  state: installState,
  act: promptInstall,
  show(element, state) {
    showIfUseful(element, state === "available" || state === "ios");
  },
});

startSteps.push(() => {
  addEventListener("beforeinstallprompt", (event) => {
    // prompt() is allowed later only if the browser's own banner was prevented.
    event.preventDefault();
    installOffer = /** @type {BeforeInstallPromptEvent} */ (event);
    tellInstallState();
  });
  // A tab that the user opens in the app's window.
  matchMedia("(display-mode: browser)").addEventListener("change", tellInstallState);
  addEventListener("appinstalled", () => {
    installOffer = null;
    installedNow = true;
    tellInstallState();
  });
});
