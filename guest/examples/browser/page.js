// The page: what is typed goes to the component, and what it answers is shown. No rule of URLs, regions or endpoints is here.

import { addresses } from "./generated/codecommit-addresses.js";
import { endpoint } from "./generated/codecommit-policy.js";

const FORMS = [
  ["codecommit", "codecommit", "no URL can hold this profile"],
  ["https", "HTTPS", "needs a region that is known"],
  ["ssh", "SSH", "needs a region that is known"],
  ["console", "Console", "needs a region that is known"],
  ["arn", "ARN", "needs a region and an account"],
];

const EXAMPLES = [
  ["a codecommit URL", "codecommit::eu-west-1://prod@MyRepo"],
  ["HTTPS", "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/MyRepo"],
  ["an ARN", "arn:aws-cn:codecommit:cn-north-1:123456789012:MyRepo"],
  ["the console", "https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/MyRepo/browse"],
  ["a mistake", "codecommit::eu-wst-1://MyRepo"],
];

const byId = (id) => document.getElementById(id);

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

const code = (text) => element("code", {}, text);

/** Has a screen reader say it. */
const say = (text) => (byId("said").textContent = text);

function copyButton(name, text, label = "Copy") {
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    say(`${name} is copied`);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 1500);
  };
  const button = element("button", { type: "button", className: "copy", onclick: copy, ariaLabel: `Copy ${name}` }, label);
  return button;
}

/** What the component answers; what it refuses is shown, and is `undefined`. */
function ask(question) {
  try {
    return question();
  } catch (error) {
    if (error.payload === undefined) throw error;
    showRefusal(error.payload);
    return undefined;
  }
}

function showRefusal({ message, hint }) {
  const lines = [element("p", {}, message)];
  if (hint !== undefined) lines.push(element("p", { className: "hint" }, "Hint: ", hint));
  byId("refusal").replaceChildren(...lines);
  byId("refusal").hidden = false;
  byId("text").ariaInvalid = "true";
}

function showMeaning(address, place) {
  const rows = [
    ["Repository", address.repository],
    ["Region", address.region],
    ["Profile", address.profile],
    ["Account", address.account],
    ["Partition", place?.partition],
    ["Git server", place?.host],
  ].filter(([, value]) => value);
  byId("meaning").replaceChildren(
    ...rows.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, code(value))]),
  );
}

function showForms(address) {
  const row = ([field, name, lack]) => {
    const text = address[field];
    const shown = text ? code(text) : element("span", { className: "lack" }, lack);
    return element(
      // The roles are said because the style makes no table of it on a narrow screen.
      "tr",
      { role: "row" },
      element("th", { scope: "row", role: "rowheader" }, name),
      element("td", { role: "cell" }, shown),
      element("td", { role: "cell" }, ...(text ? [copyButton(name, text)] : [])),
    );
  };
  byId("forms").replaceChildren(...FORMS.map(row));
}

function showEverywhere(address) {
  const url = (region, fips) => endpoint.resolve(region, address.repository, { fips, extraRegions: [] }).url;
  const row = ({ name, partition, fipsHost }) =>
    element(
      "tr",
      { role: "row", className: name === address.region ? "chosen" : "" },
      element("th", { scope: "row", role: "rowheader" }, code(name)),
      element("td", { role: "cell" }, partition),
      element("td", { role: "cell" }, code(url(name, false))),
      element("td", { role: "cell" }, ...(fipsHost ? [copyButton(`FIPS endpoint of ${name}`, url(name, true), "Copy FIPS")] : [])),
    );
  byId("everywhere").replaceChildren(...regions.map(row));
}

function show() {
  const [text, region, profile, account] = ["text", "region", "profile", "account"].map((id) => byId(id).value.trim());
  byId("refusal").hidden = true;
  byId("answer").hidden = true;
  byId("text").ariaInvalid = "false";
  say("");
  if (text === "") return;
  const address = ask(() => addresses.read(text, { region, profile, account }));
  if (address === undefined) return;
  const options = { fips: address.fips, host: address.host || undefined, extraRegions: [] };
  const place = address.region && ask(() => endpoint.resolve(address.region, address.repository, options));
  showMeaning(address, place);
  showForms(address);
  showEverywhere(address);
  byId("answer").hidden = false;
  // Where the region is refused, that is said.
  if (place !== undefined) say(`Repository ${address.repository}${address.region ? ` in ${address.region}` : ""}`);
}

const regions = endpoint.regions();
byId("regions").append(...regions.map(({ name }) => element("option", { value: name })));
byId("examples").append(
  ...EXAMPLES.map(([name, example]) => {
    const use = () => {
      byId("text").value = example;
      show();
    };
    return element("button", { type: "button", onclick: use, title: example }, name);
  }),
);
byId("form").addEventListener("input", show);
byId("form").addEventListener("submit", (event) => event.preventDefault());
byId("text").focus();
show();
document.documentElement.dataset.ready = "";
