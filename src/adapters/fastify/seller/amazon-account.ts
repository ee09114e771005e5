import { bidiIsolate } from '../../../domain/bidi-isolate.ts'
import type { AmazonUser } from '../../../domain/connection/consent.ts'
import type { Region } from '../../../domain/profile/region.ts'

export function amazonUserText(amazonUser: AmazonUser | null): string | null {
  if (!amazonUser) return null
  const { name, email, userId } = amazonUser
  if (name && email) return `${bidiIsolate(name)} (${email})`
  return name ?? email ?? userId
}

/** A browser signed in at Amazon silently authorises as the same Amazon user. */
export const amazonSignOutUrls: Readonly<Record<Region, string>> = {
  na: 'https://www.amazon.com/gp/flex/sign-out.html',
  eu: 'https://www.amazon.co.uk/gp/flex/sign-out.html',
  fe: 'https://www.amazon.co.jp/gp/flex/sign-out.html',
}

/** Amazon has no call to revoke a grant (docs/product/amazon.md, Login with Amazon: lifetimes). */
export const amazonAppAccessUrl = 'https://www.amazon.com/ap/adam'
