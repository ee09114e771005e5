import { type CauseText, causeText, formatUtc } from './cause-texts.ts'

const connectAnotherAgain = 'Choose Connect another account again'
const connectAndPickAgain = 'Choose Connect Amazon Ads Account again and pick an account within the hour.'

/** Rules out another region and the access-level filter (`docs/product/amazon.md`, Ads API: profiles). */
const noProfilesAnywhere = 'No profiles in any of the three regions, without a filter.'

export const choiceText = {
  only_agencies: causeText(
    'Only agency or Amazon Attribution profiles',
    'seller',
    ({ about }) =>
      `Amazon lists ${about.count === 1 ? 'one' : (about.count ?? 0)} agency or Amazon Attribution ${about.count === 1 ? 'account' : 'accounts'} for this Amazon user, no seller or vendor account. These have no sponsored ads to load.`,
    'Your Amazon login can only access agency or Amazon Attribution accounts, which have no sponsored ads. Ask the owner of the brand’s account to invite your login. Or connect with the owner’s login.',
    ['send_connect_link'],
  ),
  manager_without_rights: causeText(
    'Manager account without access',
    'seller',
    `${noProfilesAnywhere} The Amazon user’s manager account links accounts, but Amazon lists only those where the user is an Editor.`,
    'Your Amazon login belongs to a manager account but isn’t an Editor of its linked accounts. Ask the manager account’s admin to make your login an Editor. Or connect with the login that owns the account.',
    ['send_connect_link'],
  ),
  no_ads_account: causeText(
    'No advertising account',
    'seller',
    `${noProfilesAnywhere} The Amazon user has no advertising account, no invitation and no linked account.`,
    'Your Amazon login has no advertising account. Connect with the login that owns the account. Or ask its owner to invite yours at advertising.amazon.com. If you don’t advertise on Amazon yet, register there and create a first campaign. Then connect again.',
    ['send_connect_link'],
  ),
  ads_account_pending: causeText(
    'Advertising account not set up yet',
    'amazon',
    `${noProfilesAnywhere} The Amazon user’s advertising account is still being set up by Amazon.`,
    'Amazon is still setting up your advertising account. Check at advertising.amazon.com whether Amazon needs something from you. When the account is ready and has a campaign, connect again.',
    ['send_connect_link'],
  ),
  ads_account_disabled: causeText(
    'Advertising account disabled',
    'seller',
    `${noProfilesAnywhere} All advertising accounts of the Amazon user are disabled by Amazon.`,
    'Amazon has disabled your advertising account. Only Amazon can enable it again. Sign in at advertising.amazon.com with the same login and contact Amazon’s support. Then connect again.',
    ['send_connect_link'],
  ),
  no_campaign_yet: causeText(
    'No campaign yet',
    'seller',
    `${noProfilesAnywhere} The advertising account is set up, but Amazon lists a profile only after the first campaign created in its console.`,
    'Amazon lists an advertising account only after its first campaign. Create a campaign at advertising.amazon.com, then connect again. If you already have campaigns, ask the account’s owner to give your login access.',
    ['send_connect_link'],
  ),
  no_profiles: {
    ...causeText(
      'No advertising profile',
      'seller',
      `${noProfilesAnywhere} Amazon gives no reason.`,
      'Your Amazon login has no advertising profile. Sign in at advertising.amazon.com with the same login. If you see no account there, use the login that owns it. Otherwise, create a first campaign. Then connect again.',
      ['send_connect_link'],
    ),
    possibilities: [
      'Amazon user has no access to campaigns or reports: not granted by the manager account or owner.',
      'Amazon user has no advertising account, or Amazon is still setting it up or has disabled it.',
      'No campaign created in Amazon’s console.',
    ],
  },
  pending_undecryptable: causeText(
    'Pending tokens can’t be decrypted',
    'us',
    'Pending tokens deleted: TOKEN_KEYS can’t decrypt them.',
    'We lost your authorisation because of a problem on our side. Nothing was connected. Please connect again.',
    ['send_connect_link'],
  ),
  blocked_by_limit: causeText(
    'Blocked by the one-account limit',
    'seller',
    'User chose a second profile; role allows one.',
    ({ about }) =>
      `You can connect one Amazon Ads account at a time. ${about.until ? 'In the account picker' : `${connectAnotherAgain}. In the account picker`}, you can replace the connected account in one step. If you need several accounts, tell us why.`,
    ['change_role', 'disconnect'],
  ),
  profile_not_eligible: causeText(
    'Profile not eligible',
    'seller',
    'Chosen profile is an agency’s or an old Amazon Attribution profile, or has an unknown account type or no time zone; the timeline says which.',
    'We can’t load the account you chose. Choose a seller or vendor account.',
    ['send_connect_link'],
  ),
  profile_not_listed: causeText(
    'Profile not listed',
    'nobody',
    'Chosen profile not listed for this authorisation: outdated picker or changed form.',
    `Amazon no longer lists the account you chose. ${connectAndPickAgain}`,
    ['send_connect_link'],
  ),
  picker_outdated: causeText(
    'Picker outdated',
    'nobody',
    'Choice made in an outdated picker: newer authorisation or another tab.',
    'The list on your screen was out of date. Open Dashboard → Ads again and choose there.',
    ['send_connect_link'],
  ),
  wrong_amazon_account: causeText(
    'Reauthorised with the wrong Amazon account',
    'seller',
    'The authorising Amazon user can’t access the connected profile.',
    'Your Amazon login can’t access the connected account. Authorise again with the login that owns it. If your browser picks the wrong login, sign out at Amazon first.',
    ['send_connect_link'],
  ),
  other_amazon_account: causeText(
    'Another Amazon account authorised',
    'seller',
    'A different Amazon user authorised; not confirmed by the user yet.',
    ({ about }) =>
      about.until
        ? 'A different Amazon login allowed access this time. If that’s right, confirm it on Dashboard → Ads. Otherwise, authorise again with the previous login.'
        : 'A different Amazon login allowed access, but it wasn’t confirmed within an hour. Authorise again on Dashboard → Ads. If you use the new login, confirm it.',
    ['discard_pending', 'send_connect_link'],
  ),
  pending_expired: causeText(
    'No profile chosen within an hour',
    'seller',
    'User authorised at Amazon but chose no profile within an hour; tokens deleted.',
    `You allowed access at Amazon but didn’t choose an account within an hour. For your security, we deleted the authorisation. ${connectAndPickAgain}`,
    ['send_connect_link'],
  ),
  pending_discarded: causeText(
    'Pending authorisation cancelled',
    'seller',
    'Authorisation cancelled before a profile was chosen.',
    `The authorisation was cancelled before you chose an account. ${connectAndPickAgain}`,
    ['send_connect_link'],
  ),
  grant_revoked: causeText(
    'Permission revoked at Amazon',
    'seller',
    ({ since }) =>
      `Amazon ${since ? `has rejected the refresh token since ${formatUtc(since)}` : 'rejects the refresh token'}: user revoked the authorisation or changed their Amazon account.`,
    'Our access at Amazon was removed. Choose Authorise again on Dashboard → Ads. Your data is still here, and we’ll fill in the missing days.',
    ['send_connect_link', 'test_live'],
  ),
  consent_expired: causeText(
    'Consent expired after a year',
    'seller',
    'Consent expired after 365 days; Amazon rejects the refresh token.',
    'Amazon ends every authorisation after a year, and yours has expired. Choose Authorise again on Dashboard → Ads. Your data is still here, and we’ll fill in the missing days.',
    ['send_connect_link', 'test_live'],
  ),
  profile_access_lost: causeText(
    'Amazon user lost access to the profile',
    'seller',
    'Authorisation valid, but the Amazon user can no longer access this profile.',
    'Your Amazon login can no longer access this advertising account. Ask its owner to restore your access. Or authorise again with a login that has access.',
    ['send_connect_link', 'test_live'],
  ),
  marked_unauthorised: causeText(
    'Marked as needing authorisation',
    'seller',
    ({ since }) =>
      `Staff marked it as needing authorisation${since ? ` on ${formatUtc(since)}` : ''}; Amazon rejected nothing. Reason in the timeline.`,
    'We’ve paused syncing until you authorise again. Choose Authorise again on Dashboard → Ads. Your data is still here, and we’ll fill in the missing days.',
    ['send_connect_link'],
  ),
  disconnected: causeText(
    'Disconnected',
    'seller',
    ({ about, since }) =>
      `Disconnected${since ? ` on ${formatUtc(since)}` : ''}; ${retainedUntil(about.until)}`,
    ({ about }) =>
      `The account is disconnected. To get your data back, connect the same profile again${about.until ? ` before ${formatUtc(about.until)}` : ''}.`,
    ['send_connect_link'],
  ),
  replaced: causeText(
    'Replaced by another account',
    'seller',
    ({ about, since }) =>
      `Replaced by another profile${since ? ` on ${formatUtc(since)}` : ''}; ${retainedUntil(about.until)}`,
    ({ about }) =>
      `Another account replaced this one. To get your data back, connect the same profile again${about.until ? ` before ${formatUtc(about.until)}` : ''}.`,
    ['send_connect_link', 'change_role'],
  ),
  erased: causeText(
    'Disconnected, data erased',
    'nobody',
    'Connection closed, loaded data erased.',
    'The account was disconnected and we’ve erased its data. If you connect it again, you start from scratch.',
    ['send_connect_link'],
  ),
} as const satisfies Readonly<Record<string, CauseText>>

const retainedUntil = (until: Date | undefined): string =>
  until ? `data kept until ${formatUtc(until)}.` : 'data erased.'
