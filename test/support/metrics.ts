export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g

export const samplesIn = (text: string): Sample[] =>
  text.split('\n').flatMap(each => {
    const [, name, labels = '', value] = line.exec(each) ?? []
    if (!name || each.startsWith('#')) return []
    const pairs = [...labels.matchAll(label)].map(([, key = '', text = '']) => [key, text] as const)
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }]
  })

/** Declared metric names, with or without a value; a histogram counts as one. */
export const namesIn = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)

/** @returns null when no sample matches. */
export function sumOf(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | null {
  const found = samplesIn(text).filter(
    sample =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )
  return found.length > 0 ? found.reduce((sum, { value }) => sum + value, 0) : null
}
