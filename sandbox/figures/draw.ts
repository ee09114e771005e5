/**
 * Repeatable pseudo-random numbers: the same key draws the same number. 32-bit integers only, for speed: a report of a
 * million rows draws millions.
 */

/** FNV-1a, then mixed. */
export function keyOf(...parts: readonly (string | number)[]): number {
  let hash = 0x811c9dc5
  const text = parts.join('\u0001')
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix(hash)
}

export function draw(key: number, salt: number): number {
  return mix(key ^ Math.imul(salt + 1, 0x9e3779b1))
}

/** Both bounds included. */
export function between(key: number, salt: number, low: number, high: number): number {
  return low + (draw(key, salt) % (high - low + 1))
}

export function oneOf<T>(list: readonly T[], key: number, salt: number): T {
  const chosen = list[draw(key, salt) % list.length]
  if (chosen === undefined) throw new Error('nothing to choose from')
  return chosen
}

function mix(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}
