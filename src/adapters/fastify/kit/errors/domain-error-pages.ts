import type { ErrorPages, ErrorPageText } from './error-page-text.ts'
import { type SellerError, sellerErrorPages } from './seller-error-pages.ts'
import { type SignInError, signInErrorPages } from './sign-in-error-pages.ts'
import { type StaffError, staffErrorPages } from './staff-error-pages.ts'

type HandledError = SellerError | SignInError | StaffError

const pages: ErrorPages<HandledError> = {
  ...sellerErrorPages,
  ...signInErrorPages,
  ...staffErrorPages,
}

export function errorPageFor(error: { readonly code: string }): ErrorPageText | null {
  const page = pages[error.code as HandledError['code']] as
    | ((error: HandledError) => ErrorPageText)
    | undefined
  return page ? page(error as HandledError) : null
}

export function errorMessageOf(error: { readonly code: string }): string {
  const text = errorPageFor(error)
  return text ? `${text.heading}. ${text.sentence}` : 'This isn’t possible.'
}
