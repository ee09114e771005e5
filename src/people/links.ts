import { type Command, CommandFailed, CommandMisused } from './command.ts'
import { addressIn, demandSomebody } from './words.ts'

export const invite: Command = {
  usage: 'EMAIL',
  does: 'prints a new invitation for a user without a password',

  async run([email, ...rest], { issueLink, say }) {
    demandNoMore(rest)
    const about = addressIn(email)
    const issued = await issueLink.run(about, 'invitation')
    demandSomebody(issued, about)
    if (issued === 'has_password')
      throw new CommandFailed(`${about.email} already has a password. To print a reset link, use "reset".`)
    say(issued.link.reveal())
  },
}

export const reset: Command = {
  usage: 'EMAIL',
  does: 'prints a single-use link to reset a password, valid for 30 minutes',

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
  does: 'for a lost phone: signs the staff member out; they set up a new second factor at the next sign-in',

  async run([email, ...rest], { removeSecondFactor, say }) {
    demandNoMore(rest)
    const about = addressIn(email)
    const outcome = await removeSecondFactor.run(about)
    demandSomebody(outcome, about)
    say(`${outcome === 'removed' ? 'Second factor removed' : 'No second factor to remove'}: ${about.email}.`)
  },
}

export const signOut: Command = {
  usage: 'EMAIL',
  does: 'signs a user out everywhere; they can sign in again',

  async run([email, ...rest], { people, endSessions, say }) {
    demandNoMore(rest)
    const about = addressIn(email)
    const personId = (await people.idOf(about)) ?? 'nobody'
    demandSomebody(personId, about)
    await endSessions.all(personId)
    say(`Signed out everywhere: ${about.email}.`)
  },
}

/** @throws {InvalidUsage} */
function demandNoMore(words: readonly string[]): void {
  if (words.length > 0) throw new CommandMisused(`Unknown argument: ${words.join(' ')}`)
}
