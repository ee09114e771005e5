import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { viewsFolder } from '../render.ts'

interface Scheme<Value> {
  readonly light: Value
  readonly dark: Value
}

/** Of `tokens.css`, as `#rrggbb`. */
export type Colours = ReadonlyMap<string, Scheme<string>>

export function readColours(
  css = readFileSync(join(viewsFolder, 'assets/styles/tokens.css'), 'utf8'),
): Colours {
  const colour = /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g
  return new Map(
    [...css.matchAll(colour)].map(([, name = '', light = '', dark = '']) => [name, { light, dark }]),
  )
}

interface Pair {
  readonly on: string
  readonly colour: string
  readonly minRatio: number
}

const minTextRatio = 4.5
const minGraphicsRatio = 3
const pairs = (minRatio: number, backgrounds: readonly string[], colours: readonly string[]): Pair[] =>
  backgrounds.flatMap(on => colours.map(colour => ({ on, colour, minRatio })))

const usedPairs: readonly Pair[] = [
  ...pairs(
    minTextRatio,
    ['canvas', 'surface', 'raised', 'hover'],
    ['ink', 'ink-soft', 'ink-quiet', 'accent'],
  ),
  ...pairs(minTextRatio, ['sunken'], ['ink-soft', 'ink-quiet', 'accent', 'warn']),
  ...pairs(minTextRatio, ['accent', 'accent-strong'], ['on-accent']),
  ...pairs(minTextRatio, ['accent-soft'], ['ink', 'ink-soft', 'ink-quiet', 'accent-strong']),
  ...pairs(minTextRatio, ['surface', 'canvas'], ['good', 'warn', 'bad', 'accent-strong']),
  ...pairs(minTextRatio, ['good-soft', 'warn-soft', 'bad-soft'], ['ink', 'ink-soft']),
  ...pairs(minTextRatio, ['bad-soft'], ['bad']),
  ...pairs(minGraphicsRatio, ['surface'], ['column']),
  ...pairs(minGraphicsRatio, ['good-soft'], ['good']),
  ...pairs(minGraphicsRatio, ['warn-soft'], ['warn']),
  ...pairs(minGraphicsRatio, ['surface', 'canvas', 'raised'], ['line-strong', 'series', 'accent']),
]

/** WCAG ratio, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [lighter = 1, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

export function measurePairs(colours: Colours): readonly (Pair & { readonly ratio: Scheme<number> })[] {
  const colourOf = (name: string) => {
    const found = colours.get(name)
    if (!found) throw new Error(`tokens.css has no colour --${name}`)
    return found
  }
  return usedPairs.map(pair => {
    const [front, back] = [colourOf(pair.colour), colourOf(pair.on)]
    const ratio = { light: contrast(front.light, back.light), dark: contrast(front.dark, back.dark) }
    return { ...pair, ratio }
  })
}
