import { type CauseWords, utc, words } from './cause-words.ts'

const pressAgain = 'Please press Connect another account again'
const pickAgain = 'Please press Connect Amazon Ads Account again and choose the account within the hour.'

/** Rules out another region and the access-level filter (`docs/product/amazon.md`, Ads API: profiles). */
const asked = 'No region lists a profile: all three were asked, and without a filter.'

export const choiceWords = {
  only_agencies: words(
    'Only agency profiles',
    'seller',
    ({ about }) =>
      `Amazon lists ${about.count === 1 ? 'one agency account' : `${about.count ?? 0} agency accounts`} for this login and no seller or vendor; agencies have no sponsored ads to load.`,
    'The Amazon login that you used reaches agency accounts alone, which have no sponsored ads of their own. Please ask the owner of the brand’s account to invite this login, or connect with theirs.',
    ['send_connect_link'],
  ),
  manager_without_rights: words(
    'A manager account without rights',
    'seller',
    `${asked} A manager account of this login links accounts, and Amazon lists those alone on which the login is an Editor.`,
    'The Amazon login that you used belongs to a manager account, and has no Editor rights on the accounts that are linked there. Please ask whoever administers the manager account to make your login an Editor of the account that you want to connect, or connect with the login that owns it.',
    ['send_connect_link'],
  ),
  no_ads_account: words(
    'No advertising account',
    'seller',
    `${asked} This login has no advertising account, was invited to none, and no manager account of it links one.`,
    'The Amazon login that you used has no advertising account. Please connect with the login that owns the account, or ask its owner to invite yours at advertising.amazon.com. If you do not advertise on Amazon yet, register there and create a first campaign; then connect again.',
    ['send_connect_link'],
  ),
  ads_account_pending: words(
    'The advertising account is not set up yet',
    'amazon',
    `${asked} This login has an advertising account, and Amazon has not finished setting it up.`,
    'Amazon is still setting up your advertising account. Please look at advertising.amazon.com whether it asks you for something, and connect again when the account is ready there and has a first campaign.',
    ['send_connect_link'],
  ),
  ads_account_disabled: words(
    'The advertising account is disabled',
    'seller',
    `${asked} Amazon has disabled every advertising account that this login has.`,
    'Amazon has disabled your advertising account, and only Amazon can open it again. Please sign in at advertising.amazon.com with the same login, see what it says there and ask Amazon’s support; then connect again.',
    ['send_connect_link'],
  ),
  no_campaign_yet: words(
    'No campaign was ever created',
    'seller',
    `${asked} This login has an advertising account that is set up, and Amazon lists a profile only from the first campaign on that was created in its own console.`,
    'Your advertising account is set up and has no campaign yet, and until it has one Amazon shows it to nobody. Please create a first campaign at advertising.amazon.com and connect again. If there are campaigns already, ask the owner of the account to let your login see them.',
    ['send_connect_link'],
  ),
  no_profiles: {
    ...words(
      'No advertising profile',
      'seller',
      `${asked} Why was not to be learned from Amazon.`,
      'The Amazon login that you used has no advertising profile. Please sign in at advertising.amazon.com with the same login: if you see no account there, use the login that owns it, or create a first campaign; then connect again.',
      ['send_connect_link'],
    ),
    possibilities: [
      'The login may see neither campaigns nor reports: a manager account, or the owner of the account, gives it no rights.',
      'The login has no advertising account, or Amazon has not finished setting it up, or has disabled it.',
      'No campaign was ever created in Amazon’s own console.',
    ],
  },
  pending_unreadable: words(
    'Our keys did not open the authorisation',
    'us',
    'The tokens of the authorisation did not open with our keys, so it was erased: check TOKEN_KEYS.',
    'Something went wrong on our side with the permission that you gave; nothing was connected. Please connect once more.',
    ['send_connect_link'],
  ),
  blocked_by_limit: words(
    'Blocked by the one-account limit',
    'seller',
    'The person chose a second profile, and their role allows one.',
    ({ about }) =>
      `Your login here connects one Amazon Ads account at a time. ${about.until ? 'On the picker' : `${pressAgain}; on the picker`} you can give up the one that is connected and connect this one in a single step, or tell us why you need several.`,
    ['change_role', 'disconnect'],
  ),
  profile_not_eligible: words(
    'The profile cannot be connected',
    'seller',
    'The chosen profile is of a kind that has no sponsored ads to load.',
    'The account that you chose is of a kind that has no sponsored ads reports. Please choose a seller or vendor account.',
    ['send_connect_link'],
  ),
  profile_not_offered: words(
    'A profile that Amazon did not list',
    'nobody',
    'The choice named a profile that Amazon had not listed for this authorisation: an old picker, or a changed form.',
    `The account that you chose is not among those that Amazon listed for you any more. ${pickAgain}`,
    ['send_connect_link'],
  ),
  choice_stale: words(
    'The picker was out of date',
    'nobody',
    'The choice was made on a picker that a newer authorisation, or another tab, had overtaken.',
    'The list on your screen was out of date. Please open Dashboard → Ads again and choose there.',
    ['send_connect_link'],
  ),
  wrong_amazon_account: words(
    'Renewed with the wrong Amazon account',
    'seller',
    'The Amazon login that gave its permission does not reach the connected profile.',
    'The Amazon login that you used does not reach the account that is connected here. Please authorise again with the login that owns it: sign out at Amazon first if your browser chooses another by itself.',
    ['send_connect_link'],
  ),
  other_amazon_account: words(
    'Another Amazon account authorised',
    'seller',
    'Another Amazon login than before gave its permission, and the person has not confirmed yet that this is meant.',
    ({ about }) =>
      about.until
        ? 'Another Amazon login than before allowed access. If that is right, please confirm it on Dashboard → Ads; otherwise authorise again with the former one.'
        : 'Another Amazon login than before allowed access, and it was not confirmed within the hour. Please authorise again on Dashboard → Ads: with the former login, or with the other one, and confirm it then.',
    ['discard_pending', 'send_connect_link'],
  ),
  pending_expired: words(
    'No profile was chosen within the hour',
    'seller',
    'The person allowed access at Amazon and chose no profile within the hour; the tokens are erased.',
    `You allowed access at Amazon, and no account was chosen within an hour, so that the permission was dropped for your safety. ${pickAgain}`,
    ['send_connect_link'],
  ),
  pending_discarded: words(
    'The authorisation was discarded',
    'seller',
    'The authorisation was discarded before a profile was chosen.',
    `The permission was discarded before an account was chosen. ${pickAgain}`,
    ['send_connect_link'],
  ),
  grant_revoked: words(
    'Permission revoked at Amazon',
    'seller',
    ({ since }) =>
      `Amazon refuses the refresh token${since ? ` since ${utc(since)}` : ''}: the person took the permission back, or changed what it hangs on.`,
    'Amazon tells us that the permission for your account was taken back. Please press Authorise again on Dashboard → Ads; what was loaded is kept, and what is missing is filled in.',
    ['send_connect_link', 'test_live'],
  ),
  consent_expired: words(
    'Permission has run out after a year',
    'seller',
    'Amazon lets each permission end 365 days after it was given, and refuses the refresh token since.',
    'Amazon lets every permission run out after a year, and yours has. Please press Authorise again on Dashboard → Ads; what was loaded is kept, and what is missing is filled in.',
    ['send_connect_link', 'test_live'],
  ),
  rights_lost: words(
    'The login lost its rights to the profile',
    'seller',
    'The permission stands, and the Amazon login may no longer read this profile.',
    'Your Amazon login may no longer read this advertising account. Please ask its owner to give the login its rights back, or authorise again with one that has them.',
    ['send_connect_link', 'test_live'],
  ),
  marked_unauthorised: words(
    'Marked as needing authorisation by us',
    'seller',
    ({ since }) =>
      `One of us marked it as needing authorisation${since ? ` on ${utc(since)}` : ''}; Amazon has refused nothing, and the story tells why.`,
    'We have stopped reading this account until you allow it anew. Please press Authorise again on Dashboard → Ads; what was loaded is kept, and what is missing is filled in.',
    ['send_connect_link'],
  ),
  disconnected: words(
    'Disconnected',
    'seller',
    ({ about, since }) => `It was disconnected${since ? ` on ${utc(since)}` : ''}; ${keptUntil(about.until)}`,
    ({ about }) =>
      `The account is disconnected. Connect the same profile again${about.until ? ` before ${utc(about.until)}` : ''}, and all that was loaded is there.`,
    ['send_connect_link'],
  ),
  replaced: words(
    'Replaced by another account',
    'seller',
    ({ about, since }) =>
      `Another profile took its place${since ? ` on ${utc(since)}` : ''}; ${keptUntil(about.until)}`,
    ({ about }) =>
      `Another account was connected in its place. Connect the same profile again${about.until ? ` before ${utc(about.until)}` : ''}, and all that was loaded is there.`,
    ['send_connect_link', 'change_role'],
  ),
  erased: words(
    'Disconnected, and its data erased',
    'nobody',
    'The connection is closed, and what it had loaded is erased.',
    'The account was disconnected, and its data is erased as promised. Connecting it again starts anew.',
    ['send_connect_link'],
  ),
} as const satisfies Readonly<Record<string, CauseWords>>

const keptUntil = (until: Date | undefined): string =>
  until ? `its data is kept until ${utc(until)}.` : 'its data is gone.'
