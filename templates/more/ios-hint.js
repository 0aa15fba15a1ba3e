/** How to install the app where no button can do it: on iPhones and iPads, by hand. */

Object.assign(parts, {
  showIosHint(/** @type {boolean} */ modal) {
    const [title, body, dismiss] = ["iosHintTitle", "iosHintBody", "iosHintDismiss"].map((name) => sentence(name));
    return showPrompt("ios", { title, body, dismiss }, { modal });
  },
});
