import type { Readable } from "node:stream";

const KEPT_OUTPUT = 8 * 1024;

/** The environment for a child that must not take after this process: without what jest adds. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, NODE_ENV: _mode, ...rest } = process.env;
  return rest;
}

/** Reads a stream to its end. @returns Tells the last 8 kB of what came until now. */
export function tailOf(stream: Readable): () => string {
  let tail = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    tail = (tail + chunk).slice(-KEPT_OUTPUT);
  });
  return () => tail;
}
