import type { Finding } from '../finding.ts'
import {
  amazonMessageIn,
  type CauseText,
  causeText,
  formatUtc,
  namedRegionsIn,
  regionsIn,
} from './cause-texts.ts'

const ourProblem =
  'The problem is on our side, not with your account. You don’t need to change anything. We’re fixing it and will write when you can connect.'
const connectAgain = 'Choose Connect Amazon Ads Account again, then Allow on Amazon’s page.'
const amazonProblem =
  'Amazon has a problem right now. Try again in a few minutes. We didn’t store any credentials.'
const regionNote = ({ about }: Finding): string =>
  `${about.count ? 'You can already choose accounts from the other regions. ' : ''}To load a missing region, choose “Try again” next to it in the account picker.`

export const loginText = {
  client_refused: causeText(
    'Amazon rejects our client',
    'us',
    finding =>
      `Amazon rejects our client, not the seller: LWA_CLIENT_ID or LWA_CLIENT_SECRET wrong${amazonMessageIn(finding)}.`,
    ourProblem,
    ['test_live'],
  ),
  app_not_approved: causeText(
    'Client not approved for the Ads API',
    'us',
    finding =>
      `Amazon denies our client the Ads API: approval missing or withdrawn${amazonMessageIn(finding)}.`,
    ourProblem,
    [],
  ),
  consent_request_refused: causeText(
    'Amazon rejected our consent request',
    'us',
    finding => `Amazon redirected the user with an error about our request${amazonMessageIn(finding)}.`,
    ourProblem,
    [],
  ),
  clock_skewed: causeText(
    'Clock skew with Amazon',
    'us',
    ({ about }) =>
      `Amazon’s clock is ${skewText(about.skewSeconds ?? 0)} ours, so valid codes and tokens count as expired: correct the clock of our servers.`,
    ourProblem,
    ['test_live'],
  ),
  plan_missing: causeText(
    'No plan',
    'seller',
    'User has no subscription: connecting and syncing not possible.',
    'To connect, you need an active Monthly, Quarterly or Annual plan. Choose one at 1smart.link, then connect. We’ve kept any data you loaded before.',
    ['change_plan'],
  ),
  plan_not_full_suite: causeText(
    'Plan without ads tools',
    'seller',
    'User is on Listing Tools, which doesn’t include the ads tools.',
    'Your Listing Tools plan doesn’t include the ads tools. To connect, you need an active Monthly, Quarterly or Annual plan.',
    ['change_plan'],
  ),
  plan_lapsed: causeText(
    'Plan lapsed',
    'seller',
    ({ since }) => `Subscription ended${since ? ` on ${formatUtc(since)}` : ''}; data kept, syncing stopped.`,
    'Your subscription has ended, so syncing has stopped. Your data is still here. Renew your plan at 1smart.link. Syncing then resumes and fills in the missing days.',
    ['change_plan'],
  ),
  consent_cancelled: causeText(
    'Consent denied at Amazon',
    'seller',
    'User chose Cancel on Amazon’s consent page.',
    `You didn’t allow access at Amazon. We need it to read your reports. ${connectAgain}`,
    ['send_connect_link'],
  ),
  amazon_consent_down: causeText(
    'Amazon’s consent page failed',
    'amazon',
    finding => `Amazon’s login returned a temporary error${amazonMessageIn(finding)}.`,
    amazonProblem,
    ['send_connect_link'],
  ),
  callback_missing: {
    ...causeText(
      'No callback from Amazon',
      'seller',
      'User went to Amazon’s page; no callback within 30 minutes.',
      `We sent you to Amazon, but you didn’t come back. If Amazon showed an error, please send us a screenshot. Otherwise, ${connectAgain.charAt(0).toLowerCase()}${connectAgain.slice(1)}`,
      ['send_connect_link', 'test_live'],
    ),
    possibilities: [
      'User closed the Amazon tab or abandoned the sign-in.',
      'Amazon rejected our callback URL and showed its own error page: check Allowed Return URLs in the security profile.',
      'Amazon’s page didn’t load.',
    ],
  },
  callback_expired: causeText(
    'Callback too late',
    'seller',
    'Callback arrived more than 30 minutes after the attempt began.',
    `Amazon’s page was open for more than 30 minutes, so the authorisation expired. ${connectAgain}`,
    ['send_connect_link'],
  ),
  callback_other_browser: causeText(
    'Callback in another browser',
    'seller',
    'Callback arrived in another browser or sign-in than the one that started the attempt.',
    'You started connecting in one browser and finished in another. For your security, we don’t accept that. Connect again and stay in the same browser.',
    ['send_connect_link'],
  ),
  callback_other_user: causeText(
    'Callback for another user',
    'seller',
    'Another user was signed in when the callback arrived.',
    'When you came back from Amazon, another user was signed in to 1smart.link. Sign in with your own account and connect again.',
    ['send_connect_link'],
  ),
  callback_signed_out: causeText(
    'Signed out before the callback',
    'seller',
    'User was signed out when the callback arrived.',
    'You were signed out of 1smart.link while you were at Amazon. Sign in and connect again.',
    ['send_connect_link'],
  ),
  callback_state_unknown: causeText(
    'Unknown callback',
    'nobody',
    'Callback with an unknown state: old bookmark or foreign link.',
    `The link you opened doesn’t belong to an authorisation you started. ${connectAgain}`,
    ['send_connect_link'],
  ),
  callback_without_code: causeText(
    'Amazon sent no code',
    'amazon',
    'Callback without a code and without an error.',
    `Amazon’s response was incomplete. ${connectAgain}`,
    ['send_connect_link'],
  ),
  callback_replayed: causeText(
    'Callback opened twice',
    'nobody',
    'Callback opened again by a reload or the back button; nothing changed.',
    'You’ve already used this authorisation. Open Dashboard → Ads to continue.',
    [],
  ),
  code_refused: causeText(
    'Amazon rejected the code',
    'seller',
    'Amazon rejected its own code. Codes work once, for 5 minutes: usually too much time passed.',
    `The authorisation expired because too much time passed on Amazon’s page. We didn’t store any credentials. ${connectAgain}`,
    ['send_connect_link'],
  ),
  login_request_refused: causeText(
    'Amazon’s login rejected our request',
    'us',
    finding => `Token endpoint rejects our requests for all users${amazonMessageIn(finding)}.`,
    ourProblem,
    ['test_live'],
  ),
  login_throttled: causeText(
    'Throttled by Amazon’s login',
    'amazon',
    'Token endpoint returned 429 during the code exchange.',
    amazonProblem,
    ['send_connect_link'],
  ),
  login_unreachable: causeText(
    'Amazon’s login unreachable',
    'amazon',
    'Token endpoint unreachable during the code exchange.',
    amazonProblem,
    ['send_connect_link'],
  ),
  login_timeout: causeText(
    'Amazon’s login timed out',
    'amazon',
    'Token endpoint didn’t respond within 5 seconds during the code exchange.',
    amazonProblem,
    ['send_connect_link'],
  ),
  login_unreadable: causeText(
    'Amazon’s login sent an invalid response',
    'amazon',
    'Token endpoint returned no valid token.',
    amazonProblem,
    ['send_connect_link'],
  ),
  profiles_request_refused: causeText(
    'Amazon rejected our profiles request',
    'us',
    finding =>
      `Amazon rejected our client or request in ${regionsIn(finding)}: check our client’s Ads API approval.`,
    ourProblem,
    ['test_live'],
  ),
  region_forbidden: causeText(
    'Amazon denied access to a region (403)',
    'seller',
    finding => `Amazon denied access (403) in ${regionsIn(finding)}: account may be suspended.`,
    finding =>
      `Amazon doesn’t let your login access advertising accounts in its ${namedRegionsIn(finding)}. Sign in at advertising.amazon.com with the same login. Check whether the account is suspended or needs action.`,
    ['send_connect_link'],
  ),
  region_unreachable: causeText(
    'Amazon region down',
    'amazon',
    finding =>
      `Amazon’s ${namedRegionsIn(finding)} not responding (5xx or no connection) to the profiles request.`,
    finding => `We can’t reach Amazon’s ${namedRegionsIn(finding)} right now. ${regionNote(finding)}`,
    [],
  ),
  region_timeout: causeText(
    'Amazon region timed out',
    'amazon',
    finding => `Amazon’s ${namedRegionsIn(finding)} timed out on the profiles request.`,
    finding => `Amazon’s ${namedRegionsIn(finding)} responded too slowly. ${regionNote(finding)}`,
    [],
  ),
  region_throttled: causeText(
    'Throttled by an Amazon region',
    'amazon',
    finding => `Amazon’s ${namedRegionsIn(finding)} returned 429 to the profiles request.`,
    finding =>
      `Amazon is limiting requests in its ${namedRegionsIn(finding)} right now. ${regionNote(finding)}`,
    [],
  ),
  region_unreadable: causeText(
    'Amazon region sent an invalid response',
    'amazon',
    finding => `Amazon’s ${namedRegionsIn(finding)} returned no valid list of profiles.`,
    finding => `Amazon’s ${namedRegionsIn(finding)} sent an invalid response. ${regionNote(finding)}`,
    [],
  ),
  amazon_user_request_refused: amazonUserUnknownText('Amazon rejected our request'),
  amazon_user_profile_forbidden: amazonUserUnknownText('not covered by the consent (403)'),
  amazon_user_unreachable: amazonUserUnknownText('Amazon couldn’t be reached'),
  amazon_user_timeout: amazonUserUnknownText('Amazon didn’t respond in time'),
  amazon_user_throttled: amazonUserUnknownText('Amazon throttled us (429)'),
  amazon_user_unreadable: amazonUserUnknownText('Amazon sent an invalid response'),
} as const satisfies Readonly<Record<string, CauseText>>

/** Blocks nothing (S-09). */
function amazonUserUnknownText(why: string): CauseText {
  return causeText(
    `Amazon user unknown: ${why}`,
    'nobody',
    `Amazon user not identified: ${why}. Blocks nothing; retried automatically.`,
    'Everything works. You don’t need to do anything.',
    [],
  )
}

function skewText(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60)
  return `${minutes} minute${minutes === 1 ? '' : 's'} ${seconds > 0 ? 'ahead of' : 'behind'}`
}
