// The questions of ../vectors.json, asked of the components as jco presents them: names in camel case, an option that is none as
// undefined, a refusal as an error that is thrown, 64 bits as a BigInt.

const camel = (name) => name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase());
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function toJco(value, name) {
  if (value === null) return undefined;
  if (name === "seconds") return BigInt(value);
  if (Array.isArray(value)) return value.map((item) => toJco(item));
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [camel(key), toJco(item, key)]));
}

function fromJco(value) {
  if (value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(fromJco);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [kebab(key), fromJco(item)]));
}

/** What the components answer to a question: `{ ok }` or `{ err }`, as in the file. */
export function answer(components, { interface: of, function: name, arguments: given }) {
  try {
    return { ok: fromJco(components[camel(of)][camel(name)](...given.map((value) => toJco(value)))) };
  } catch (error) {
    if (error.payload === undefined) throw error;
    return { err: fromJco(error.payload) };
  }
}

/** Throws at the first question whose answer is not the one of the file. How many there were. */
export function check(components, vectors, assertEqual) {
  for (const { ok, err, ...question } of vectors) {
    assertEqual(answer(components, question), err === undefined ? { ok } : { err }, JSON.stringify(question));
  }
  return vectors.length;
}
