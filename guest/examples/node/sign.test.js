import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { env } from "node:process";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { endpoint, signing } from "./generated/codecommit-policy.js";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const COMMAND = path("../../../target/component/codecommit-sign.wasm");
const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };

/** `codecommit-sign` under jco, with these variables and what a program needs to be found. */
function sign(variables, ...words) {
  const options = { encoding: "utf8", env: { PATH: env.PATH, HOME: env.HOME, ...variables }, timeout: 60_000 };
  return spawnSync(process.execPath, [path("node_modules/@bytecodealliance/jco/dist/jco.js"), "run", COMMAND, ...words], options);
}

test("the command signs as the component does", () => {
  const variables = { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey };
  const { status, stdout, stderr } = sign(variables, "--format", "url", "codecommit::eu-west-1://MyRepo");
  assert.deepEqual([status, stderr], [0, ""]);
  const place = endpoint.resolve("eu-west-1", "MyRepo", { fips: false, extraRegions: [] });
  const [, year, month, day, hour, minute, second] = /:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(stdout);
  const seconds = BigInt(Date.UTC(year, month - 1, day, hour, minute, second) / 1000);
  const signed = signing.sign(place, keys, { seconds, nanoseconds: 0 });
  assert.equal(stdout, `${signing.authenticatedUrl(place, signed)}\n`);
});

test("without keys the command says what is missing", () => {
  const { status, stdout, stderr } = sign({}, "codecommit::eu-west-1://MyRepo");
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /^codecommit-sign: AWS_ACCESS_KEY_ID is not set\nhint: /);
});
