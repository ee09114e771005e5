import type { MailOption } from '../../../domain/mail/mail.ts'
import type { Shell } from './shell.ts'

/** Choosing a password with a link, by name: whose it is. */
export interface PasswordPage extends Shell {
  readonly heading: string
  readonly lead: string
  /** Where the form goes: the address itself. */
  readonly action: string
  readonly email: string
  readonly problem: string | null
}

export interface ForgotPage extends Shell {
  readonly isAsked: boolean
}

/** One sign-in, as its person recognises it. */
export interface SessionLine {
  readonly id: string
  readonly device: string
  /** `Support console` beside the seller's pages; null for those. */
  readonly where: string | null
  readonly opened: string
  readonly seen: string
  readonly isThis: boolean
}

/** A kind of mail, and whether the person wants it. */
export interface MailChoice {
  readonly name: string
  readonly label: string
  readonly isChosen: boolean
}

/** Who of support looked, when, and at what. */
export interface LookedAtLine {
  readonly who: string
  readonly what: string
  readonly when: string
}

/** `/dashboard/settings` */
export interface SettingsPage extends Shell {
  readonly section: 'settings'
  readonly name: string
  readonly email: string
  /** Said at the form for another password; null when there is nothing to say. */
  readonly problem: string | null
  readonly sessions: readonly SessionLine[]
  readonly hasOthers: boolean
  readonly mailChoices: readonly MailChoice[]
  readonly lookedAt: readonly LookedAtLine[]
}

export interface SignInPage extends Shell {
  /** Where the person was going: a path of this site. */
  readonly next: string
  readonly email: string
  /** `E-mail or password is wrong.` and the like; null on the first visit. */
  readonly problem: string | null
}

/** What the link of a mail shows: whether this kind of mails is wanted, and the way to change it (S-31). */
export interface MailChoicePage extends Shell {
  readonly option: MailOption
  readonly token: string
  readonly mails: string
  readonly isWanted: boolean
}

/** `/connect/:token`, for whom the link was mailed to */
export interface ConnectLinkPage extends Shell {
  readonly action: string
  /** Of who is signed in. */
  readonly email: string
}
