export interface ErrorPageText {
  readonly status: number
  readonly heading: string
  readonly sentence: string
  /** Seconds. */
  readonly retryAfter?: number
  /** Defaults to Ads or the console. */
  readonly link?: { readonly label: string; readonly href: string }
}

/** A page for each of these errors. */
export type ErrorPages<Error extends { readonly code: string }> = {
  readonly [Code in Error['code']]: (error: Extract<Error, { code: Code }>) => ErrorPageText
}
