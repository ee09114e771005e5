/** What every benchmark is told. */
export interface BenchOptions {
  /** Small counts: that it runs and counts right is what is of interest. */
  readonly quick: boolean
  /** In the place of as many as a bench has by itself. */
  readonly connections: number | null
  /** Where the time and the memory of ours go is told, too: by `ingest`, `pages` and `poll`. */
  readonly profile: boolean
  /** For people, as it goes on. */
  readonly tell: (line: string) => void
}

export interface Command {
  readonly names: readonly string[]
  readonly quick: boolean
  readonly profile: boolean
  readonly connections: number | null
}

/**
 * `[NAME]… [--quick] [--connections N] [--profile]`
 * @throws {RangeError} naming the word that is none of these.
 */
export function readCommand(words: readonly string[], known: readonly string[]): Command {
  const names: string[] = []
  let quick = false
  let profile = false
  let connections: number | null = null
  const left = words.filter(word => word !== '--')
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === '--quick') quick = true
    else if (word === '--profile') profile = true
    else if (word === '--connections') connections = count(left.shift())
    else if (known.includes(word)) names.push(word)
    else throw new RangeError(`There is no benchmark ${word}. There are: ${known.join(', ')}.`)
  }
  return { names: names.length > 0 ? names : known, quick, profile, connections }
}

function count(word: string | undefined): number {
  if (!/^[1-9]\d*$/.test(word ?? '') || Number(word) > 100_000) {
    throw new RangeError('--connections is a number up to 100,000.')
  }
  return Number(word)
}
