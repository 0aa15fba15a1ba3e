import "./style.css";

const pages = {
  "/": '<a href="/guide/moorings/">Moorings</a>',
  "/guide/moorings/": "<p>Where a halyard is kept.</p>",
};

document.querySelector("#root").innerHTML = pages[location.pathname] ?? "<p>Not charted.</p>";
