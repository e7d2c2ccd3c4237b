// The one import of the component: the wall clock of WASI.

export function now() {
  const milliseconds = Date.now();
  return { seconds: BigInt(Math.floor(milliseconds / 1000)), nanoseconds: (milliseconds % 1000) * 1_000_000 };
}

export function resolution() {
  return { seconds: 0n, nanoseconds: 1_000_000 };
}
