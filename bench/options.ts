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
 * @throws {RangeError} naming the unknown argument.
 */
export function readCommand(args: readonly string[], known: readonly string[]): Command {
  const { values, positionals } = parseFlags(args.filter(argument => argument !== '--'))
  const unknown = positionals.find(name => !known.includes(name))
  if (unknown !== undefined)
    throw new RangeError(`There is no benchmark ${unknown}. Known benchmarks: ${known.join(', ')}.`)
  const { quick = false, profile = false, connections, facts } = values
  return {
    names: positionals.length > 0 ? positionals : known,
    quick,
    profile,
    connections: connections === undefined ? null : parseCount('connections', connections, 100_000),
    facts: facts === undefined ? null : parseCount('facts', facts, 1_000_000_000),
  }
}

function parseFlags(args: string[]) {
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

function parseCount(name: string, value: string, max: number): number {
  if (!/^[1-9]\d*$/.test(value) || Number(value) > max) {
    throw new RangeError(`--${name} must be a number from 1 to ${max.toLocaleString('en-US')}.`)
  }
  return Number(value)
}
