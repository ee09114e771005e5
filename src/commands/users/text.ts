import type { Subscription } from '../../domain/access/subscription.ts'
import { normaliseEmail } from '../../domain/access/user.ts'
import { CommandFailed, InvalidUsage } from './command.ts'

export const planText = (subscription: Subscription | null): string => {
  if (!subscription) return 'no plan'
  const { plan, endsAt } = subscription
  return endsAt ? `${plan} until ${endsAt.toISOString()}` : plan
}

/** @throws {InvalidUsage} */
export function emailArgument(argument: string | undefined): { readonly email: string } {
  if (!argument?.includes('@')) throw new InvalidUsage('EMAIL is not an email address')
  return { email: normaliseEmail(argument) }
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

/** @throws {CommandFailed} */
export function requireUserFound<Outcome>(
  outcome: Outcome | 'user_not_found',
  { email }: { readonly email: string },
): asserts outcome is Outcome {
  if (outcome === 'user_not_found') throw new CommandFailed(`User not found: ${email}. Nothing was changed.`)
}
