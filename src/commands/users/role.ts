import { roles } from '../../domain/access/user.ts'
import { type Command, InvalidUsage } from './command.ts'
import { emailArgument, oneOf, requireUserFound } from './text.ts'

export const role: Command = {
  usage: `EMAIL ${roles.join('|')}`,
  description: 'sets a role; existing connections stay',

  async run([email, name, ...rest], { changeRole, say }) {
    if (rest.length > 0) throw new InvalidUsage(`Unknown argument: ${rest.join(' ')}`)
    const about = emailArgument(email)
    const chosen = oneOf('ROLE', name, roles)
    const outcome = await changeRole.execute({ about, role: chosen, source: 'command' })
    requireUserFound(outcome, about)
    say(`${outcome === 'changed' ? 'Role set' : 'Role unchanged'}: ${about.email}, ${chosen}.`)
  },
}
