// Serves this folder on the loopback interface, for looking at the page: modules are not loaded from files.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const TYPES = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".wasm": "application/wasm" };

/** A server on a port, any that is free for 0. `extra` are files beside the folder's, by their paths. */
export async function serve(port, extra = {}) {
  const server = createServer(async (request, response) => {
    try {
      const { pathname } = new URL(request.url, "http://localhost");
      const file = extra[pathname] ?? new URL(`.${pathname === "/" ? "/index.html" : pathname}`, import.meta.url);
      const content = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file.pathname)] ?? "application/octet-stream" }).end(content);
    } catch {
      // Nothing has been answered yet: every browser asks for files that there are not.
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
