/** Plain values, ready to print; no type can hold a secret. */

export interface AccountLabel {
  readonly name: string
  /** `Amazon.de` */
  readonly marketplace: string
  /** ISO 3166 alpha-2 (`GB` for Amazon's `UK`); null without an image. */
  readonly flag: string | null
  /** Amazon's code, `UK` included. */
  readonly country: string
}

/** S-05. */
export interface Switcher {
  readonly current: AccountLabel | null
  readonly accounts: readonly (AccountLabel & { readonly id: string; readonly isCurrent: boolean })[]
  readonly canConnect: boolean
}

export interface Notice {
  readonly tone: 'info' | 'success' | 'warning' | 'error'
  readonly title: string
  readonly sentence: string
  /** `7F3K-2QXD` */
  readonly reference: string | null
  readonly steps: readonly string[]
  readonly link: { readonly label: string; readonly href: string } | null
  readonly hasConnectButton: boolean
  /** Connection to authorise again (S-26). */
  readonly reauthorisedConnectionId: string | null
}

export type NoticeTexts<Code extends string> = Readonly<
  Record<Code, Pick<Notice, 'tone' | 'title' | 'sentence'> & Partial<Pick<Notice, 'steps'>>>
>

/** S-30; unknown fields are blank. */
export interface HelpForm {
  readonly idempotencyKey: string
  /** Connection id. */
  readonly account: string
  readonly amazonEmail: string
  readonly marketplace: string
  /** Path. */
  readonly page: string
}

/** S-44. */
export interface ViewAsBanner {
  readonly userId: string
  readonly name: string
  readonly email: string
  /** `14:32 UTC` */
  readonly ends: string
  /** For the console's form only. */
  readonly csrf: string
}

export interface Shell {
  readonly title: string
  readonly csrf: string
  readonly user: { readonly name: string; readonly email: string } | null
  readonly switcher: Switcher | null
  readonly notice: Notice | null
  /** Null when signed out, and on the form's own page. */
  readonly help: HelpForm | null
  readonly supportEmail: string
  /** Null outside view-as. */
  readonly viewAs: ViewAsBanner | null
}

export interface ErrorPage extends Shell {
  readonly status: number
  readonly heading: string
  readonly sentence: string
  readonly reference: string | null
  readonly link: { readonly label: string; readonly href: string }
}

/** `staff` is null on the sign-in pages. */
export interface StaffShell extends Shell {
  readonly staff: { readonly name: string; readonly email: string; readonly isAdmin: boolean } | null
}

/** `views/partials/verification.hbs`. */
export interface VerificationPrompt {
  readonly hasApp: boolean
  readonly hasPasskey: boolean
  /** For users without a second factor. */
  readonly needsPassword: boolean
  readonly optionsPath: string
}

export interface SecondStepPage extends Shell {
  readonly isStaff: boolean
  readonly action: string
  readonly signInPath: string
  readonly next: string
  readonly problem: string | null
  /** Staff without a second factor need an enrolment link. */
  readonly mustEnrol: boolean
  readonly verification: VerificationPrompt
}

export interface SetUpAppPage extends Shell {
  readonly action: string
  readonly cancelPath: string
  readonly groups: readonly string[]
  readonly address: string
  readonly qr: { readonly path: string; readonly size: number }
  readonly problem: string | null
}

export interface RecoveryCodesPage extends Shell {
  readonly codes: readonly string[]
  readonly next: string
}

export interface SessionItem {
  readonly id: string
  readonly device: string
  /** `Support console`; null for sellers. */
  readonly where: string | null
  readonly opened: string
  readonly seen: string
  readonly isCurrent: boolean
}

/** Password, sessions and second factors, on the account page of both faces. */
export interface AccountSection {
  readonly path: string
  readonly name: string
  readonly email: string
  readonly passwordProblem: string | null
  /** About the verification or a second factor. */
  readonly problem: string | null
  readonly sessions: readonly SessionItem[]
  readonly hasOtherSessions: boolean
  /** By an app or a passkey. */
  readonly isProtected: boolean
  readonly hasApp: boolean
  readonly recoveryCodes: number
  readonly passkeys: readonly {
    readonly id: string
    readonly name: string
    readonly added: string
    readonly used: string | null
  }[]
  /** Staff set up their first second factor with a link. */
  readonly needsLink: boolean
  /** Null while the last verification is fresh: then the forms for second factors and sessions are shown. */
  readonly verification: VerificationPrompt | null
}
