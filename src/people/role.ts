import { roles } from '../domain/access/person.ts'
import { type Command, CommandMisused } from './command.ts'
import { addressIn, demandSomebody, oneOf } from './words.ts'

export const role: Command = {
  usage: `EMAIL ${roles.join('|')}`,
  does: 'sets a role; existing connections stay',

  async run([email, name, ...rest], { changeRole, say }) {
    if (rest.length > 0) throw new CommandMisused(`Unknown argument: ${rest.join(' ')}`)
    const about = addressIn(email)
    const chosen = oneOf('ROLE', name, roles)
    const outcome = await changeRole.run({ about, role: chosen, source: 'command' })
    demandSomebody(outcome, about)
    say(`${outcome === 'changed' ? 'Role set' : 'Role unchanged'}: ${about.email}, ${chosen}.`)
  },
}
