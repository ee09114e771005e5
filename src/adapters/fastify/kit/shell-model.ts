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
