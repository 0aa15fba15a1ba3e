import { defineConfig } from "astro/config";

export default defineConfig({
  base: "/pilot",
  build: { inlineStylesheets: "never" },
});
