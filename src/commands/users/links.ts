import { type Command, CommandFailed, InvalidUsage } from './command.ts'
import { emailArgument, requireUserFound } from './text.ts'

export const invite: Command = {
  usage: 'EMAIL',
  description: 'prints a new invitation for a user without a password',

  async run([email, ...rest], { issueAccessLink, say }) {
    rejectExtraArguments(rest)
    const about = emailArgument(email)
    const issued = await issueAccessLink.execute(about, 'invitation')
    requireUserFound(issued, about)
    if (issued === 'has_password')
      throw new CommandFailed(`${about.email} already has a password. To print a reset link, use "reset".`)
    say(issued.link.reveal())
  },
}

export const reset: Command = {
  usage: 'EMAIL',
  description: 'prints a single-use link to reset a password, valid for 30 minutes',

  async run([email, ...rest], { issueAccessLink, say }) {
    rejectExtraArguments(rest)
    const about = emailArgument(email)
    const issued = await issueAccessLink.execute(about, 'reset')
    requireUserFound(issued, about)
    if (issued !== 'has_password') say(issued.link.reveal())
  },
}

export const removeSecondFactor: Command = {
  usage: 'EMAIL',
  description: 'signs a staff member out and removes the second factor; the next sign-in sets up a new one',

  async run([email, ...rest], { removeSecondFactor, say }) {
    rejectExtraArguments(rest)
    const about = emailArgument(email)
    const outcome = await removeSecondFactor.execute(about)
    requireUserFound(outcome, about)
    say(`${outcome === 'removed' ? 'Second factor removed' : 'No second factor to remove'}: ${about.email}.`)
  },
}

export const signOut: Command = {
  usage: 'EMAIL',
  description: 'signs a user out everywhere; they can sign in again',

  async run([email, ...rest], { users, endSessions, say }) {
    rejectExtraArguments(rest)
    const about = emailArgument(email)
    const userId = (await users.idOf(about)) ?? 'user_not_found'
    requireUserFound(userId, about)
    await endSessions.endAll(userId)
    say(`Signed out everywhere: ${about.email}.`)
  },
}

/** @throws {InvalidUsage} */
function rejectExtraArguments(args: readonly string[]): void {
  if (args.length > 0) throw new InvalidUsage(`Unknown argument: ${args.join(' ')}`)
}
