import { plans } from '../../domain/access/subscription.ts'
import { type Command, InvalidUsage } from './command.ts'
import { emailArgument, oneOf, planText, requireUserFound } from './text.ts'

export const plan: Command = {
  usage: `EMAIL ${[...plans, 'none'].join('|')} [--until 2027-01-31T00:00:00Z]`,
  description: 'sets or removes a plan; without --until, the plan renews automatically',

  async run([email, name, ...rest], { applySubscriptionEvent, say }) {
    const about = emailArgument(email)
    const chosen = oneOf('PLAN', name, [...plans, 'none'])
    const endsAt = parseUntil(rest)
    if (chosen === 'none' && endsAt) throw new InvalidUsage('--until needs a plan')

    const subscription = chosen === 'none' ? null : { plan: chosen, endsAt }
    const outcome = await applySubscriptionEvent.setManually({
      about,
      subscription: subscription,
      source: 'command',
    })
    requireUserFound(outcome, about)
    say(
      `${outcome === 'changed' ? 'Plan set' : 'Plan unchanged'}: ${about.email}, ${planText(subscription)}.`,
    )
  },
}

/** A time zone is required: a date alone would be ambiguous. */
function parseUntil(args: readonly string[]): Date | null {
  if (args.length === 0) return null
  const [option, text = '', ...more] = args
  if (option !== '--until' || more.length > 0) throw new InvalidUsage(`Unknown argument: ${args.join(' ')}`)
  const date = new Date(text)
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ||
    Number.isNaN(date.getTime())
  )
    throw new InvalidUsage('--until needs a time with a zone, such as 2027-01-31T00:00:00Z')
  return date
}
