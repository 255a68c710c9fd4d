// Lets `node --import` load our TypeScript, so that the unit tests need no build.
import { register } from "node:module";

register("./typescript_loader.mjs", import.meta.url);
