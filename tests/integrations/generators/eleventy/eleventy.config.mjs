export default function (config) {
  config.addPassthroughCopy("src/style.css");
}

export const config = {
  dir: { input: "src", output: "_site" },
};
