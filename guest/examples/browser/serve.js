// Serves this folder on the loopback interface, for looking at the page: modules are not loaded from files.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const TYPES = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };

/** A server on a port, any that is free for 0. `extra` are files beside the folder's, by their paths. */
export async function serve(port, extra = {}) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    try {
      const file = extra[path] ?? new URL(`.${path === "/" ? "/index.html" : path}`, import.meta.url);
      response.writeHead(200, { "content-type": TYPES[extname(file.pathname)] ?? "application/octet-stream" }).end(await readFile(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(port, "127.0.0.1", listening));
  return server;
}

if (fileURLToPath(import.meta.url) === argv[1]) {
  const server = await serve(8000);
  console.log(`http://localhost:${server.address().port}`);
}
