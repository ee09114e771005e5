import { type Account, type AccountOptions, type Activity, amazonUserId, anAccount } from './account.ts'
import { anAdsAccount } from './ads-account.ts'
import { crowd } from './crowd.ts'
import { marketplaces } from './marketplaces.ts'
import type { User } from './user.ts'

const sellersEverywhere: readonly AccountOptions[] = [
  { countryCode: 'US', name: 'My Store US' },
  { countryCode: 'CA', name: 'My Store CA', activity: 'small' },
  { countryCode: 'MX', name: 'My Store MX', activity: 'small' },
  { countryCode: 'UK', name: 'My Store UK' },
  { countryCode: 'DE', name: 'My Store DE' },
  { countryCode: 'FR', name: 'My Store FR', activity: 'small' },
  { countryCode: 'IT', name: 'My Store IT', activity: 'small' },
  { countryCode: 'ES', name: 'My Store ES', activity: 'small' },
  { countryCode: 'NL', name: 'My Store NL', activity: 'none' },
  { countryCode: 'IN', name: 'My Store IN', brandRegistry: false },
  { countryCode: 'JP', name: 'My Store JP' },
  { countryCode: 'AU', name: 'My Store AU', activity: 'small' },
]

const agency: AccountOptions = { countryCode: 'US', type: 'agency', name: 'Bright Agency', activity: 'none' }

const awkwardName = 'He said "hi" \\ & <b>bold</b>\t\'tab\'\nnew line 🧘‍♀️ مرحبا'

/** Ids that are equal as JavaScript numbers: 9007199254740992 and 9007199254740993. */
const lossy: readonly AccountOptions[] = [
  { countryCode: 'US', profileId: '9007199254740993', name: awkwardName, activity: 'lossy' },
  { countryCode: 'CA', profileId: '9007199254740992', name: '<script>alert(1)</script>', activity: 'lossy' },
]

const nameless: readonly AccountOptions[] = [
  { countryCode: 'US', activity: 'small' },
  { countryCode: 'CA', activity: 'small' },
]

const usSeller = user('us-seller', 'Sam Seller', 'one US seller profile', [
  { countryCode: 'US', name: 'My Brand US' },
])

/** In the order of the consent page. */
export const testUsers: readonly User[] = [
  usSeller,
  user('three-regions', 'Terry Threeregions', 'a seller in twelve marketplaces', sellersEverywhere),
  user('thousand', 'Thea Thousand', 'one thousand profiles', aCrowd(1000, 'small')),
  user('vendor-and-agency', 'Vic Vendor', 'a vendor, a KDP author and an agency', [
    { countryCode: 'US', type: 'vendor', name: 'Acme Vendor' },
    {
      countryCode: 'US',
      type: 'vendor',
      subType: 'KDP_AUTHOR',
      name: 'Sponsored ads - KDP',
      activity: 'small',
    },
    agency,
  ]),
  user('agency-only', 'Ada Agency', 'only an agency', [agency]),
  user('view-only', 'Vera Viewer', 'profiles listed only with accessLevel=view', [
    { countryCode: 'US', name: 'Viewed Brand US', access: 'view', activity: 'small' },
    { countryCode: 'UK', name: 'Viewed Brand UK', access: 'view', activity: 'small' },
  ]),
  user('report-only', 'Rita Reports', 'a profile listed only with apiProgram=report', [
    { countryCode: 'US', name: 'Reported Brand US', access: 'report', activity: 'small' },
  ]),
  user('none', 'Nora None', 'no advertising account', []),
  {
    ...user('manager', 'Mona Manager', 'a manager account without access to its linked accounts', []),
    managers: [{ name: 'Bright Group', linked: usSeller.accounts }],
  },
  {
    ...user('ads-pending', 'Paul Pending', 'advertising accounts still being set up by Amazon', []),
    unlisted: [
      anAdsAccount('ads-pending', { status: 'PENDING', countryCodes: ['US'] }),
      anAdsAccount('ads-pending', { status: 'PARTIALLY_CREATED', countryCodes: ['UK', 'DE'] }),
    ],
  },
  {
    ...user('ads-disabled', 'Dora Disabled', 'an advertising account disabled by Amazon', []),
    unlisted: [anAdsAccount('ads-disabled', { status: 'DISABLED', countryCodes: ['US'] })],
  },
  {
    ...user('no-campaign', 'Carl Nocampaign', 'an advertising account without a campaign', []),
    unlisted: [anAdsAccount('no-campaign', { status: 'CREATED', countryCodes: ['US', 'CA'] })],
  },
  {
    ...user('suspended', 'Sid Suspended', 'an account suspended by Amazon', [
      { countryCode: 'US', name: 'Gone' },
    ]),
    suspended: true,
  },
  withAnUnknownCountry(
    user('nameless', 'Nat Nameless', 'profiles without a name, one in an unknown country', nameless),
  ),
  user('huge', 'Hugo Huge', 'a search-term report of a million rows', [
    { countryCode: 'US', name: 'Huge Brand US', activity: 'huge' },
  ]),
  user('millions', 'Milo Millions', 'campaign reports of fifty thousand, one million and five million rows', [
    { countryCode: 'MX', name: 'Thousands', activity: 'none', campaignRows: 50_000 },
    { countryCode: 'US', name: 'One Million', activity: 'none', campaignRows: 1_000_000 },
    { countryCode: 'CA', name: 'Five Millions', activity: 'none', campaignRows: 5_000_000 },
  ]),
  user(
    'two-hundred',
    'Tom Twohundred',
    'two hundred profiles of up to ten thousand rows',
    aCrowd(200, 'middle'),
  ),
  user('empty', 'Emma Empty', 'a profile that never advertised', [
    { countryCode: 'US', name: 'Quiet Brand US', activity: 'none' },
  ]),
  user('lossy-ids', 'Lou Lossy', 'ids above 2^53 and awkward names', lossy),
  {
    ...user('us-colleague', 'Cora Colleague', 'the same US profile as Sam Seller', []),
    accounts: usSeller.accounts,
  },
  user('attribution', 'Otto Attribution', 'a seller with an old Amazon Attribution profile', [
    { countryCode: 'US', subType: 'AMAZON_ATTRIBUTION', name: 'Attributed Brand', activity: 'none' },
    { countryCode: 'US', name: 'Attributed Brand US', activity: 'small' },
  ]),
  user('equal-terms', 'Erik Equal', 'equal search terms of targets without an id', [
    { countryCode: 'US', name: 'Equal Brand US', activity: 'small', hasEqualTerms: true },
  ]),
  user('odd-rows', 'Odo Odd', 'negative corrections, theme targets and unnamed search terms', [
    { countryCode: 'US', name: 'Odd Brand US', activity: 'small', hasOddRows: true },
  ]),
  user('no-display', 'Dora Display', 'a marketplace whose Sponsored Display reports are refused', [
    { countryCode: 'EG', name: 'My Brand EG', activity: 'small', isDisplayMissing: true },
  ]),
  user('legacy-brands', 'Lena Legacy', 'Sponsored Brands campaigns that reports leave out', [
    { countryCode: 'US', name: 'Legacy Brand US', activity: 'small', legacyCampaigns: 3 },
  ]),
]

const usersById = new Map([...testUsers, ...crowd].map(user => [user.id, user]))

export function userNamed(id: string): User | undefined {
  return usersById.get(id)
}

const allAccounts = new Map(
  [...usersById.values()].flatMap(({ accounts }) => accounts.map(account => [account.profileId, account])),
)

export function accountById(profileId: string): Account | undefined {
  return allAccounts.get(profileId)
}

function user(id: string, name: string, about: string, wishes: readonly AccountOptions[]): User {
  return {
    id,
    userId: amazonUserId(id),
    name,
    email: `${id}@amazon.example`,
    about,
    accounts: wishes.map(wish => anAccount(id, wish)),
    unlisted: [],
    managers: [],
    suspended: false,
  }
}

/** Amazon's list of countries grows, so clients must accept unknown ones. */
function withAnUnknownCountry(user: User): User {
  const template = anAccount(user.id, { countryCode: 'US', name: 'unknown country', activity: 'small' })
  const { name: _, validPaymentMethod: __, ...rest } = template
  const unknown = {
    ...rest,
    countryCode: 'CL',
    marketplaceStringId: 'A0UNKNOWN0CL',
    timezone: 'America/Santiago',
  }
  return { ...user, accounts: [...user.accounts, unknown] }
}

function aCrowd(count: number, activity: Activity): AccountOptions[] {
  return Array.from({ length: count }, (_, i) => {
    const { countryCode } = marketplaces[i % marketplaces.length] ?? { countryCode: 'US' }
    return {
      countryCode,
      name: `Brand ${String(i + 1).padStart(4, '0')} ${countryCode}`,
      accountId: `ACROWD${String(i + 1).padStart(4, '0')}`,
      activity,
    }
  })
}
