import { parseArgs } from 'node:util'
import { normaliseEmail } from '../../domain/access/user.ts'

/** The arguments are wrong; nothing was changed. */
export class InvalidUsage extends Error {
  override readonly name = 'InvalidUsage'
}

const options = {
  name: { type: 'string' },
  role: { type: 'string' },
  plan: { type: 'string' },
  until: { type: 'string' },
} as const

export type Arguments = ReturnType<typeof parseArguments>

/**
 * @param usage names the arguments: the optional ones start with `--`.
 * @throws {InvalidUsage}
 */
export function parseArguments(args: readonly string[], usage: string) {
  const { values, positionals } = parse(args)
  const expected = usage.replace(/\[?--.*/, '').match(/\S+/g)?.length ?? 0
  const unknown = [
    ...positionals.slice(expected),
    ...Object.keys(values)
      .map(name => `--${name}`)
      .filter(option => !usage.includes(option)),
  ]
  if (unknown.length > 0) throw new InvalidUsage(`Unknown argument: ${unknown.join(' ')}`)
  const [email, choice] = positionals
  return { ...values, email, choice }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new InvalidUsage((error as Error).message)
  }
}

/** @throws {InvalidUsage} */
export function emailOf({ email }: Arguments): { readonly email: string } {
  if (!email?.includes('@')) throw new InvalidUsage('EMAIL is not an email address')
  return { email: normaliseEmail(email) }
}

/** @throws {InvalidUsage} */
export function oneOf<Value extends string>(
  name: string,
  argument: string | undefined,
  values: readonly Value[],
): Value {
  const value = values.find(allowed => allowed === argument)
  if (value === undefined) throw new InvalidUsage(`${name} must be one of ${values.join(', ')}`)
  return value
}

/**
 * A time zone is required: a date alone would be ambiguous.
 * @throws {InvalidUsage}
 */
export function timeOf(text: string): Date {
  const date = new Date(text)
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ||
    Number.isNaN(date.getTime())
  )
    throw new InvalidUsage('--until needs a time with a zone, such as 2027-01-31T00:00:00Z')
  return date
}
