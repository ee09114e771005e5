import { isStaff } from '../../domain/access/user.ts'
import { demoUsers } from '../start/demo-users.ts'
import { type Command, CommandFailed, InvalidUsage } from './command.ts'
import { emailArgument } from './text.ts'

export const code: Command = {
  usage: 'EMAIL',
  description: 'prints the current authentication code of a demo staff member',

  async run([email, ...rest], { demoCode, say }) {
    if (rest.length > 0) throw new InvalidUsage(`Unknown argument: ${rest.join(' ')}`)
    const about = emailArgument(email)
    // Demo staff only: otherwise this command could sign in as any staff member.
    if (!demoUsers.some(user => user.email === about.email && isStaff(user.role)))
      throw new CommandFailed(`Not a demo staff member: ${about.email}.`)
    say(demoCode())
  },
}
