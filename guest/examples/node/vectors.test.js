import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { addresses } from "./generated/codecommit-addresses.js";
import { endpoint, remoteUrl, signing } from "./generated/codecommit-policy.js";
import { check } from "./vectors.js";

const components = { addresses, endpoint, remoteUrl, signing };
const vectors = JSON.parse(await readFile(new URL("../vectors.json", import.meta.url), "utf8"));

test("every vector is answered as it is written down", () => {
  assert.ok(check(components, vectors, assert.deepEqual) >= 200);
});

test("without a time the clock's is taken", () => {
  const place = endpoint.resolve("eu-west-1", "MyRepo", { fips: false, extraRegions: [] });
  const before = Math.floor(Date.now() / 1000);
  const signed = signing.sign(place, { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "example" });
  const at = Number(signed.expires.seconds) - 900;
  assert.ok(before <= at && at <= Date.now() / 1000, `${at}`);
});
