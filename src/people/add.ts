import { roles } from '../domain/access/person.ts'
import { plans } from '../domain/access/subscription.ts'
import { type Command, CommandFailed, CommandMisused } from './command.ts'
import { addressIn, oneOf } from './words.ts'

export const add: Command = {
  usage: `EMAIL --name NAME [--role ${roles.join('|')}] [--plan ${plans.join('|')}]`,
  does: 'makes somebody who may sign in, and prints their invitation: a link with which to choose a password, once, for 7 days',

  async run([email, ...rest], { addPerson, changeSubscription, say }) {
    const about = addressIn(email)
    const options = optionsIn(rest)
    const name = options.get('--name')?.trim()
    if (!name) throw new CommandMisused('--name needs a name')
    const role = options.has('--role') ? oneOf('--role', options.get('--role'), roles) : 'seller'
    const plan = options.has('--plan') ? oneOf('--plan', options.get('--plan'), plans) : null

    const added = await addPerson.run({ ...about, name, role })
    if (added === 'known') throw new CommandFailed(`${about.email} is known already. Nothing was changed.`)
    if (plan) await changeSubscription.byHand({ about, says: { plan, endsAt: null }, source: 'command' })
    say(`${about.email} is added: ${role}, ${plan ?? 'no plan said'}. The invitation, for 7 days:`)
    say(added.link.reveal())
  },
}

/** @throws {InvalidUsage} */
function optionsIn(words: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>()
  for (let at = 0; at < words.length; at += 2) {
    const [option = '', value] = [words[at], words[at + 1]]
    if (!['--name', '--role', '--plan'].includes(option) || value === undefined || options.has(option))
      throw new CommandMisused(`${words.slice(at).join(' ')} is not understood`)
    options.set(option, value)
  }
  return options
}
