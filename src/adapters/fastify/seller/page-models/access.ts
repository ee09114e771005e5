import type { EmailPreferenceName } from '../../../../domain/email/email-message.ts'
import type { AccountSection, Shell } from '../../kit/shell-model.ts'

export interface PasswordPage extends Shell {
  readonly heading: string
  readonly lead: string
  readonly action: string
  readonly email: string
  readonly problem: string | null
}

export interface ForgotPage extends Shell {
  readonly isAsked: boolean
}

export interface EmailPreferences {
  readonly name: string
  readonly label: string
  readonly isChosen: boolean
}

export interface StaffAccessRow {
  readonly who: string
  readonly what: string
  readonly when: string
}

export interface SettingsPage extends Shell {
  readonly section: 'settings'
  readonly account: AccountSection
  readonly emailPreferenceStore: readonly EmailPreferences[]
  readonly viewedAt: readonly StaffAccessRow[]
}

export interface SignInPage extends Shell {
  readonly next: string
  readonly email: string
  readonly problem: string | null
}

/** S-31. */
export interface EmailChoicePage extends Shell {
  readonly option: EmailPreferenceName
  readonly token: string
  readonly emails: string
  readonly isEmailWanted: boolean
}

export interface ConnectLinkPage extends Shell {
  readonly action: string
  readonly email: string
}
