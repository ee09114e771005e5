import type { AmazonUser } from '../../domain/connection/consent.ts'
import { isolated } from '../../domain/isolated.ts'
import type { Region } from '../../domain/profile/region.ts'

/** `Jane Doe (jane@example.com)`; the id where Amazon told no more, null where it told nothing. */
export function amazonUserWords(amazonUser: AmazonUser | null): string | null {
  if (!amazonUser) return null
  const { name, email, userId } = amazonUser
  if (name && email) return `${isolated(name)} (${email})`
  return name ?? email ?? userId
}

/** Where a person signs out at Amazon; a browser that is still signed in gives the same account again unasked. */
export const signOutAddresses: Readonly<Record<Region, string>> = {
  na: 'https://www.amazon.com/gp/flex/sign-out.html',
  eu: 'https://www.amazon.co.uk/gp/flex/sign-out.html',
  fe: 'https://www.amazon.co.jp/gp/flex/sign-out.html',
}

/** Where a person takes an app's access away at Amazon, which has no call for it (facts of Login with Amazon). */
export const removeAppAddress = 'https://www.amazon.com/ap/adam'
