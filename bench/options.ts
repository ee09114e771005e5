import { parseArgs } from 'node:util'

export interface Command {
  readonly names: readonly string[]
  readonly quick: boolean
  /** Also reports where our time and memory go: `ingest`, `pages` and `poll`. */
  readonly profile: boolean
  /** Overrides a benchmark's number of connections. */
  readonly connections: number | null
  /** Facts of all connections together; the default is each connection's minimum. Used by `size`. */
  readonly facts: number | null
}

export interface BenchOptions extends Omit<Command, 'names'> {
  readonly log: (line: string) => void
}

/**
 * `[NAME]… [--quick] [--connections N] [--facts N] [--profile]`
 * @throws {RangeError} naming the unknown word.
 */
export function readCommand(args: readonly string[], known: readonly string[]): Command {
  const { values, positionals } = parsed(args.filter(word => word !== '--'))
  const unknown = positionals.find(word => !known.includes(word))
  if (unknown !== undefined)
    throw new RangeError(`There is no benchmark ${unknown}. There are: ${known.join(', ')}.`)
  const { quick = false, profile = false, connections, facts } = values
  return {
    names: positionals.length > 0 ? positionals : known,
    quick,
    profile,
    connections: connections === undefined ? null : count('connections', connections, 100_000),
    facts: facts === undefined ? null : count('facts', facts, 1_000_000_000),
  }
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        quick: { type: 'boolean' },
        profile: { type: 'boolean' },
        connections: { type: 'string' },
        facts: { type: 'string' },
      },
    })
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

function count(name: string, word: string, most: number): number {
  if (!/^[1-9]\d*$/.test(word) || Number(word) > most) {
    throw new RangeError(`--${name} is a number up to ${most.toLocaleString('en-US')}.`)
  }
  return Number(word)
}
