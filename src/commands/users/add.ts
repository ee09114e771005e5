import { plans } from '../../domain/access/subscription.ts'
import { roles } from '../../domain/access/user.ts'
import { type Command, CommandFailed, InvalidUsage } from './command.ts'
import { emailArgument, oneOf } from './text.ts'

export const add: Command = {
  usage: `EMAIL --name NAME [--role ${roles.join('|')}] [--plan ${plans.join('|')}]`,
  description: 'adds a user and prints the invitation: a single-use link to set a password, valid for 7 days',

  async run([email, ...rest], { createUser, applySubscriptionEvent, say }) {
    const about = emailArgument(email)
    const options = parseOptions(rest)
    const name = options.get('--name')?.trim()
    if (!name) throw new InvalidUsage('Missing value: --name')
    const role = options.has('--role') ? oneOf('--role', options.get('--role'), roles) : 'seller'
    const plan = options.has('--plan') ? oneOf('--plan', options.get('--plan'), plans) : null

    const added = await createUser.execute({ ...about, name, role })
    if (added === 'email_already_registered')
      throw new CommandFailed(`User already exists: ${about.email}. Nothing was changed.`)
    if (plan)
      await applySubscriptionEvent.setManually({
        about,
        subscription: { plan, endsAt: null },
        source: 'command',
      })
    say(`Added ${about.email}: ${role}, ${plan ?? 'no plan'}. Invitation, valid for 7 days:`)
    say(added.link.reveal())
  },
}

/** @throws {InvalidUsage} */
function parseOptions(args: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>()
  for (let at = 0; at < args.length; at += 2) {
    const [option = '', value] = [args[at], args[at + 1]]
    if (!['--name', '--role', '--plan'].includes(option) || value === undefined || options.has(option))
      throw new InvalidUsage(`Unknown, repeated or incomplete argument: ${args.slice(at).join(' ')}`)
    options.set(option, value)
  }
  return options
}
