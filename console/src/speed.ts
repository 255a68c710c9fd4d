// How fast tokens came. Pure.

// The first token is what the wait before it was for: n tokens take n − 1 steps of decoding.
export function tokensPerSecond(tokens: number, decodeMs: number): number | null {
  if (tokens < 2 || decodeMs <= 0) return null;
  return (tokens - 1) / (decodeMs / 1000);
}
