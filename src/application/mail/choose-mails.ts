import type { PersonId } from '../../domain/identifiers.ts'
import type { MailChoice } from '../../domain/mail/mail.ts'
import type { Secret } from '../../domain/secret.ts'
import type { MailChoices } from './ports.ts'

interface Needs {
  readonly choices: MailChoices
}

/** The signed-in user, or the holder of an email's link. */
export type Chooser = { readonly personId: PersonId } | { readonly token: Secret }

export class ChooseMails {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** Keeps unnamed options. @returns the new preferences; null for an unknown token. */
  async run(chooser: Chooser, change: Partial<MailChoice>): Promise<MailChoice | null> {
    const { choices } = this.#needs
    const personId = 'personId' in chooser ? chooser.personId : await choices.byToken(chooser.token)
    return personId ? choices.change(personId, change) : null
  }
}
