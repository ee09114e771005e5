import { type Command, CommandFailed, CommandMisused } from './command.ts'
import { addressIn, demandSomebody } from './words.ts'

export const invite: Command = {
  usage: 'EMAIL',
  does: 'prints another invitation for somebody who has no password yet',

  async run([email, ...rest], { issueLink, say }) {
    demandNoMore(rest)
    const about = addressIn(email)
    const issued = await issueLink.run(about, 'invitation')
    demandSomebody(issued, about)
    if (issued === 'has_password')
      throw new CommandFailed(`${about.email} has a password already: "reset" prints a link for another.`)
    say(issued.link.reveal())
  },
}

export const reset: Command = {
  usage: 'EMAIL',
  does: 'prints a link with which somebody chooses another password, once, for 30 minutes',

  async run([email, ...rest], { issueLink, say }) {
    demandNoMore(rest)
    const about = addressIn(email)
    const issued = await issueLink.run(about, 'reset')
    demandSomebody(issued, about)
    if (issued !== 'has_password') say(issued.link.reveal())
  },
}

export const removeSecondFactor: Command = {
  usage: 'EMAIL',
  does: 'for a lost phone: signs the staff member out, who sets up another second factor at the next sign-in',

  async run([email, ...rest], { removeSecondFactor, say }) {
    demandNoMore(rest)
    const about = addressIn(email)
    const outcome = await removeSecondFactor.run(about)
    demandSomebody(outcome, about)
    say(`${about.email} ${outcome === 'removed' ? 'has no second factor any more' : 'had no second factor'}.`)
  },
}

export const signOut: Command = {
  usage: 'EMAIL',
  does: 'ends every sign-in of somebody, in every browser; they can sign in again',

  async run([email, ...rest], { people, endSessions, say }) {
    demandNoMore(rest)
    const about = addressIn(email)
    const personId = (await people.idOf(about)) ?? 'nobody'
    demandSomebody(personId, about)
    await endSessions.all(personId)
    say(`${about.email} is signed out everywhere.`)
  },
}

/** @throws {InvalidUsage} */
function demandNoMore(words: readonly string[]): void {
  if (words.length > 0) throw new CommandMisused(`${words.join(' ')} is not understood`)
}
