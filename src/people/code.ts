import { isStaff } from '../domain/access/person.ts'
import { demoPeople } from '../start/demo-people.ts'
import { type Command, CommandFailed, CommandMisused } from './command.ts'
import { addressIn } from './words.ts'

export const code: Command = {
  usage: 'EMAIL',
  does: 'prints the current authentication code of a demo staff member',

  async run([email, ...rest], { demoCode, say }) {
    if (rest.length > 0) throw new CommandMisused(`Unknown argument: ${rest.join(' ')}`)
    const about = addressIn(email)
    // Demo staff only: running this command must not allow signing in as any staff member.
    if (!demoPeople.some(person => person.email === about.email && isStaff(person.role)))
      throw new CommandFailed(`Not a demo staff member: ${about.email}.`)
    say(demoCode())
  },
}
