import { plans } from '../domain/access/subscription.ts'
import { type Command, CommandMisused } from './command.ts'
import { addressIn, demandSomebody, oneOf, planWords } from './words.ts'

export const plan: Command = {
  usage: `EMAIL ${[...plans, 'none'].join('|')} [--until 2027-01-31T00:00:00Z]`,
  does: 'sets or removes a plan; without --until, the plan renews automatically',

  async run([email, name, ...rest], { changeSubscription, say }) {
    const about = addressIn(email)
    const chosen = oneOf('PLAN', name, [...plans, 'none'])
    const endsAt = untilIn(rest)
    if (chosen === 'none' && endsAt) throw new CommandMisused('--until needs a plan')

    const says = chosen === 'none' ? null : { plan: chosen, endsAt }
    const outcome = await changeSubscription.byHand({ about, says, source: 'command' })
    demandSomebody(outcome, about)
    say(`${outcome === 'changed' ? 'Plan set' : 'Plan unchanged'}: ${about.email}, ${planWords(says)}.`)
  },
}

/** A time zone is required: a date alone would be ambiguous. */
function untilIn(words: readonly string[]): Date | null {
  if (words.length === 0) return null
  const [option, text = '', ...more] = words
  if (option !== '--until' || more.length > 0)
    throw new CommandMisused(`Unknown argument: ${words.join(' ')}`)
  const moment = new Date(text)
  if (
    !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) ||
    Number.isNaN(moment.getTime())
  )
    throw new CommandMisused('--until needs a time with a zone, such as 2027-01-31T00:00:00Z')
  return moment
}
