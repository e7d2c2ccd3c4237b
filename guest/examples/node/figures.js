// Prints how long the component takes to load, and a call takes: a line of JSON, for `cargo xtask hosts`.

const begun = performance.now();
const { endpoint, remoteUrl, signing } = await import("./generated/codecommit-policy.js");
const place = endpoint.resolve("eu-west-1", "MyRepo", { fips: false, extraRegions: [] });
const loaded = performance.now() - begun;

/** Microseconds of one call: the median of many rounds, after some in which the engine compiles what it finds worth it. */
function microseconds(call) {
  const calls = 500;
  const round = () => {
    const begun = performance.now();
    for (let each = 0; each < calls; each++) call();
    return ((performance.now() - begun) * 1000) / calls;
  };
  const rounds = Array.from({ length: 61 }, round).slice(20);
  return rounds.sort((one, other) => one - other)[20];
}

const keys = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const at = { seconds: 1767323045n, nanoseconds: 0 };
console.log(
  JSON.stringify({
    load_ms: loaded,
    parse_us: microseconds(() => remoteUrl.parse("codecommit::eu-west-1://prod@MyRepo")),
    sign_us: microseconds(() => signing.sign(place, keys, at)),
  }),
);
