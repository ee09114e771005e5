import type { EmailPreferences } from '../../domain/email/email-message.ts'
import type { UserId } from '../../domain/identifiers.ts'
import type { Secret } from '../../domain/secret.ts'
import type { EmailPreferenceStore } from './ports.ts'

interface Dependencies {
  readonly emailPreferenceStore: EmailPreferenceStore
}

export type PreferenceOwner = { readonly userId: UserId } | { readonly token: Secret }

export class UpdateEmailPreferences {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Null for an unknown token. */
  async execute(owner: PreferenceOwner, change: Partial<EmailPreferences>): Promise<EmailPreferences | null> {
    const { emailPreferenceStore } = this.#deps
    const userId = 'userId' in owner ? owner.userId : await emailPreferenceStore.byToken(owner.token)
    return userId ? emailPreferenceStore.change(userId, change) : null
  }
}
