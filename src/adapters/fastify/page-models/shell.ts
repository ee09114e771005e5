/**
 * What each view is given. A view sees these plain, ready-to-print values and nothing else: money and
 * dates are already formatted for the reader, and no secret can be in a type that has no place for it.
 */

/** An account as it is named to people: `My Brand US`, `Amazon.com`, and the country of its flag. */
export interface AccountLabel {
  readonly name: string
  /** `Amazon.de` */
  readonly marketplace: string
  /** ISO 3166 alpha-2 of the flag's picture (`GB` where Amazon says `UK`); null for a country without a picture. */
  readonly flag: string | null
  /** Amazon's own country code, `UK` included: read aloud and shown where there is no flag. */
  readonly country: string
}

/** The account switcher of the top bar (S-05). */
export interface Switcher {
  readonly current: AccountLabel | null
  readonly accounts: readonly (AccountLabel & { readonly id: string; readonly isCurrent: boolean })[]
  /** False where the plan does not allow it: then the entry explains instead of leading to Amazon. */
  readonly mayConnect: boolean
}

export interface Notice {
  readonly tone: 'info' | 'success' | 'warning' | 'error'
  readonly title: string
  readonly sentence: string
  /** What the seller quotes to support, e.g. `7F3K-2QXD`. */
  readonly reference: string | null
  /** Further lines, e.g. what to check at advertising.amazon.com. */
  readonly steps: readonly string[]
  /** A link inside the notice. */
  readonly way: { readonly label: string; readonly href: string } | null
  /** Offers the connect button inside the notice. */
  readonly offersConnect: boolean
  /** Offers to authorise this connection again (S-26); null where there is nothing to renew. */
  readonly renews: string | null
}

/** The form of the help widget, filled in with what the product knows (S-30); unknown is blank. */
export interface HelpForm {
  /** Sent twice, it asks once. */
  readonly formId: string
  /** The id of the account that the page is about. */
  readonly account: string
  readonly amazonEmail: string
  readonly marketplace: string
  /** The path of the page that it stands on. */
  readonly page: string
}

/** Who is looked as, and until when (S-44). */
export interface ViewingBanner {
  readonly personId: string
  readonly name: string
  readonly email: string
  /** `14:32 UTC` */
  readonly ends: string
  /** Of the form that stops it, which is the console's; the forms of the page have none. */
  readonly csrf: string
}

/** What the layout around every seller page needs. */
export interface Shell {
  readonly title: string
  readonly csrf: string
  readonly person: { readonly name: string; readonly email: string } | null
  readonly switcher: Switcher | null
  readonly notice: Notice | null
  /** Null where nobody is signed in, and on the page that is the form itself. */
  readonly help: HelpForm | null
  readonly supportEmail: string
  /** Null for whoever looks for themselves. */
  readonly viewing: ViewingBanner | null
}

/** Refusals, not-found and the plain apology. */
export interface ErrorPage extends Shell {
  readonly status: number
  readonly heading: string
  readonly sentence: string
  readonly reference: string | null
  readonly way: { readonly label: string; readonly href: string }
}
