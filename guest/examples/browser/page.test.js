// The page in headless Chromium, at the path in CHROMIUM (/usr/bin/chromium), and the vectors in its JavaScript engine.

import assert from "node:assert/strict";
import { env, getuid } from "node:process";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

import { serve } from "./serve.js";

let server, browser, context, page;
const requested = [];
const complaints = [];

before(async () => {
  const beside = (name) => new URL(name, import.meta.url);
  server = await serve(0, { "/vectors.js": beside("../node/vectors.js"), "/vectors.json": beside("../vectors.json") });
  // Chromium's own sandbox is not for root; nothing but this page is loaded.
  const args = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"];
  if (getuid?.() === 0) args.push("--no-sandbox");
  browser = await chromium.launch({ executablePath: env.CHROMIUM ?? "/usr/bin/chromium", args });
  context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  page = await context.newPage();
  page.on("request", (request) => requested.push(new URL(request.url())));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`http://localhost:${server.address().port}/`);
  await page.waitForSelector("html[data-ready]");
});

after(async () => {
  await browser?.close();
  server?.close();
});

/** The rows of a table or list, their cells joined. */
const rows = (selector) => page.$$eval(selector, (rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()).join(" | ")));

const meaning = () =>
  page.$eval("#meaning", (list) => [...list.children].map((child) => child.innerText).join(" "));

test("a codecommit URL is explained, with every form and every region", async () => {
  await page.fill("#text", "codecommit::eu-west-1://prod@MyRepo");
  assert.equal(
    await meaning(),
    "Repository MyRepo Region eu-west-1 Profile prod Partition aws Git server git-codecommit.eu-west-1.amazonaws.com",
  );
  assert.deepEqual(await rows("#forms tr"), [
    "codecommit | codecommit::eu-west-1://prod@MyRepo | Copy",
    "HTTPS | https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo | Copy",
    "SSH | ssh://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo | Copy",
    "Console | https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo/browse?region=eu-west-1 | Copy",
    "ARN | needs a region and an account | ",
  ]);
  const everywhere = await rows("#everywhere tr");
  assert.ok(everywhere.length >= 29, `${everywhere.length}`);
  assert.ok(everywhere.includes("cn-north-1 | aws-cn | https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/MyRepo | "));
  assert.equal(await page.isHidden("#refusal"), true);
});

test("what the text leaves out is taken from the fields", async () => {
  await page.fill("#text", "codecommit://MyRepo");
  await page.fill("#region", "us-east-1");
  await page.fill("#account", "123456789012");
  assert.equal((await rows("#forms tr"))[4], "ARN | arn:aws:codecommit:us-east-1:123456789012:MyRepo | Copy");
  await page.fill("#region", "");
  await page.fill("#account", "");
  assert.equal((await rows("#forms tr"))[1], "HTTPS | needs a region that is known | ");
});

test("what is wrong is said, with what to type", async () => {
  await page.fill("#text", "codecommit::eu-wst-1://MyRepo");
  const said = await page.innerText("#refusal");
  assert.match(said, /^CodeCommit is not known in region 'eu-wst-1'\s+Hint: did you mean eu-west-1\?/);
  await page.fill("#text", "https://example.net/<b>x</b>");
  assert.match(await page.innerText("#refusal"), /^this is no URL or ARN of a CodeCommit repository\s+Hint: /);
  assert.equal(await page.isHidden("#answer"), true);
});

test("a screen reader is told the answer in a few words, and what is wrong", async () => {
  await page.fill("#text", "codecommit::eu-west-1://prod@MyRepo");
  assert.equal(await page.textContent("[role=status]#said"), "Repository MyRepo in eu-west-1");
  assert.equal(await page.getAttribute("#text", "aria-invalid"), "false");
  await page.fill("#text", "codecommit::eu-wst-1://MyRepo");
  assert.equal(await page.textContent("[role=status]#said"), "");
  assert.equal(await page.getAttribute("#text", "aria-invalid"), "true");
  assert.equal(await page.getAttribute("#text", "aria-describedby"), await page.getAttribute("[role=status]:not(#said)", "id"));
  const unnamed = await page.$$eval("input, button", (all) => all.filter((one) => !one.labels?.length && !one.innerText).length);
  assert.equal(unnamed, 0);
});

test("an example is one press away", async () => {
  await page.click("text=an ARN");
  assert.equal(await page.inputValue("#text"), "arn:aws-cn:codecommit:cn-north-1:123456789012:MyRepo");
  assert.match(await meaning(), /^Repository MyRepo Region cn-north-1 Account 123456789012 Partition aws-cn /);
});

test("all of it is done with the keyboard", async () => {
  await page.fill("#text", "");
  await page.focus("#text");
  await page.keyboard.type("codecommit::eu-west-1://MyRepo");
  const focused = () => page.evaluate(() => document.activeElement.ariaLabel || document.activeElement.id || document.activeElement.innerText);
  const reached = [];
  for (let steps = 0; reached.at(-1) !== "Copy HTTPS"; steps++) {
    assert.ok(steps < 15, reached.join(", "));
    await page.keyboard.press("Tab");
    reached.push(await focused());
  }
  const examples = ["a codecommit URL", "HTTPS", "an ARN", "the console", "a mistake"];
  assert.deepEqual(reached, [...examples, "region", "profile", "account", "Copy codecommit", "Copy HTTPS"]);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("said").textContent === "HTTPS is copied");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo");
});

test("on a narrow screen nothing is wider than it", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.fill("#text", "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/MyRepo");
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
  await page.setViewportSize({ width: 1280, height: 900 });
});

test("every vector is answered as it is written down", async () => {
  const asked = await page.evaluate(async () => {
    const { addresses } = await import("/generated/codecommit-addresses.js");
    const { endpoint, remoteUrl, signing } = await import("/generated/codecommit-policy.js");
    const { check } = await import("/vectors.js");
    const vectors = await (await fetch("/vectors.json")).json();
    const sorted = (value) =>
      value && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]))
        : value;
    const equal = (given, written, question) => {
      const [one, other] = [given, written].map((value) => JSON.stringify(value, (_, item) => sorted(item)));
      if (one !== other) throw new Error(`${question}: ${one}, and not ${other}`);
    };
    return check({ addresses, endpoint, remoteUrl, signing }, vectors, equal);
  });
  assert.ok(asked >= 200, `${asked}`);
});

test("a file that there is not is no end of the server", async () => {
  const at = (path) => `http://localhost:${server.address().port}${path}`;
  assert.equal((await fetch(at("/favicon.ico"))).status, 404);
  assert.equal((await fetch(at("/%2e%2e/node/clock.js"))).status, 404);
  assert.equal((await fetch(at("/icon.svg"))).status, 200);
});

test("nothing was asked of any other server, nothing was sent, and nothing was complained about", async () => {
  assert.deepEqual([...new Set(requested.map((url) => url.origin))], [`http://localhost:${server.address().port}`]);
  assert.deepEqual(requested.map((url) => url.search).filter((search) => search !== ""), []);
  assert.deepEqual(complaints, []);
  if (env.SCREENSHOT !== undefined) {
    await page.fill("#text", "codecommit::eu-west-1://prod@MyRepo");
    await page.screenshot({ path: env.SCREENSHOT });
  }
});
