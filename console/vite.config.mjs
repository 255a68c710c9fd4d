// The built page is small, has fixed names and the same bytes wherever it is built: it is committed as dist/, and the
// server embeds it (docs/decisions/0060). `npm run dev` serves the sources and passes API calls on to a running server.
import { defineConfig } from "vite";

const server = process.env.TRILOGUE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/console/",
  esbuild: { jsx: "automatic", jsxImportSource: "preact", legalComments: "none" },
  server: { proxy: { "/admin": server, "/v1": server } },
  build: {
    target: ["chrome123", "firefox128", "safari17.5"], // light-dark(), nesting and dialog as they are
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0, // the content security policy allows no data: fonts
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        entryFileNames: "console.js",
        assetFileNames: ({ names }) => (names[0]?.endsWith(".css") ? "console.css" : "[name][extname]"),
        inlineDynamicImports: true,
      },
    },
  },
});
