/**
 * The count on the page's icon in the tab. A Content-Security-Policy without `img-src data:` refuses that,
 * and so does the icon of another origin: then it goes into the title.
 */

/** Pixels; browsers scale it down. */
const FAVICON_SIZE = 64;

/** @type {HTMLLinkElement[]} The page's own, while ours stands in for them. */
let ownIcons = [];

/** @type {HTMLLinkElement | null} */
let countIcon = null;

/** @param {string} src */
async function loadedImage(src) {
  const image = new Image();
  image.src = src;
  await image.decode();
  return image;
}

/**
 * The icon with the number in its corner, as a data: URL.
 *
 * @param {string} icon
 * @param {string} text
 */
async function iconWithCount(icon, text) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = FAVICON_SIZE;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.drawImage(await loadedImage(icon), 0, 0, FAVICON_SIZE, FAVICON_SIZE);
  const radius = FAVICON_SIZE * 0.3;
  context.translate(FAVICON_SIZE - radius, FAVICON_SIZE - radius);
  context.fillStyle = "#c00";
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = "#fff";
  context.font = `bold ${radius * 1.3}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, 0, 0, radius * 1.7);
  return canvas.toDataURL();
}

/** @param {string} badge  as a state */
async function showCountOnIcon(badge) {
  const icons = /** @type {HTMLLinkElement[]} */ ([...matching("link[rel~=icon]")]).filter((icon) => icon !== countIcon);
  if (icons.length) ownIcons = icons;
  if (badge === "0") {
    countIcon?.replaceWith(...ownIcons);
    countIcon = null;
    return;
  }
  const text = badge === "true" ? "" : Number(badge) > 99 ? "99" : badge;
  const href = await iconWithCount(ownIcons[0]?.href ?? "/favicon.ico", text);
  await loadedImage(href); // Rejected where the policy forbids it.
  for (const icon of icons) icon.remove();
  countIcon ??= document.head.appendChild(document.createElement("link"));
  Object.assign(countIcon, { rel: "icon", href });
}

Object.assign(parts, { showCountOnIcon });
