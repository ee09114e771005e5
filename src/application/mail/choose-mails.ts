import type { PersonId } from '../../domain/identifiers.ts'
import type { MailChoice } from '../../domain/mail/mail.ts'
import type { Secret } from '../../domain/secret.ts'
import type { MailChoices } from './ports.ts'

interface Needs {
  readonly choices: MailChoices
}

/** Who chooses: somebody who is signed in, or whoever has a mail's own link. */
export type Chooser = { readonly personId: PersonId } | { readonly token: Secret }

/** A person chooses which mails they want; what is not named stays. */
export class ChooseMails {
  readonly #needs: Needs

  constructor(needs: Needs) {
    this.#needs = needs
  }

  /** @returns how it is from now on; null for a token that is nobody's. */
  async run(chooser: Chooser, change: Partial<MailChoice>): Promise<MailChoice | null> {
    const { choices } = this.#needs
    const personId = 'personId' in chooser ? chooser.personId : await choices.byToken(chooser.token)
    return personId ? choices.change(personId, change) : null
  }
}
