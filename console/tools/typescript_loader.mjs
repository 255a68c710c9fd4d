// A module hook of node: .ts and .tsx files lose their types on the way in.
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";

export async function load(url, context, next) {
  const kind = /\.(tsx?)$/.exec(url)?.[1];
  if (!kind) return next(url, context);
  const source = await readFile(new URL(url), "utf8");
  const { code } = await transform(source, {
    loader: kind,
    jsx: "automatic",
    jsxImportSource: "preact",
    target: "es2022",
  });
  return { format: "module", source: code, shortCircuit: true };
}
