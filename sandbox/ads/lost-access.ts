export type LostAccessWording = 'short' | 'long'

/** Amazon's two bodies of a 401 for lost rights (docs/product/amazon.md, "Ads API: errors"). */
export function lostAccessBody(
  wording: LostAccessWording,
  { userId, profileId, accountId }: { userId: string; profileId: string; accountId: string },
) {
  const lead = 'Unauthorized exception while handling 3P Request: '
  const loss = `Customer: ${userId} does not have access to profile: ${profileId}`
  if (wording === 'short') return { code: '401', details: `${lead}${loss}` }
  const advertiser = `advertiser: ${accountId} and entity: ENTITY${profileId}`
  return {
    message: `${lead}Unauthorized exception while calling AuthorizeThirdPartyAccess: ${loss} for ${advertiser}. Missing rights: null`,
  }
}
