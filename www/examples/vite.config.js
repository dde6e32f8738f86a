// Builds each example into one script that a page loads beside the tag: react.js, vue.js, svelte.js.

import { svelte } from "@sveltejs/vite-plugin-svelte";
import react from "@vitejs/plugin-react";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  // Wherever the files are put.
  base: "./",
  plugins: [react(), vue(), svelte({ configFile: false })],
  build: {
    outDir: "../../target/examples",
    emptyOutDir: true,
    target: "es2022",
    rollupOptions: {
      input: { react: "react/main.jsx", vue: "vue/main.js", svelte: "svelte/main.js" },
      output: { entryFileNames: "[name].js" },
    },
  },
});
