import type { Finding } from '../finding.ts'
import { type CauseWords, regionsIn, saidIn, utc, words } from './cause-words.ts'

const ours =
  'Something on our side keeps Amazon from letting you in. It is not your account, and you need not change anything. We are on it and will write as soon as you can connect again.'
const again = 'Please press Connect Amazon Ads Account once more and allow access on Amazon’s page.'
const wait =
  'Amazon has a problem at the moment. Please try again in a few minutes; nothing of your login was stored.'
const regionNote = ({ about }: Finding): string =>
  `${about.count ? 'What was found in the other regions can be chosen already. ' : ''}On the picker, “Try again” asks the missing region anew.`

export const loginWords = {
  client_refused: words(
    'Amazon refuses our client',
    'us',
    finding =>
      `Amazon refuses us, not the seller: LWA_CLIENT_ID or LWA_CLIENT_SECRET is wrong${saidIn(finding)}.`,
    ours,
    ['test_live'],
  ),
  app_not_approved: words(
    'Our client is not approved for the Ads API',
    'us',
    finding =>
      `Amazon does not let our client use the Ads API: its approval is missing or gone${saidIn(finding)}.`,
    ours,
    [],
  ),
  consent_request_refused: words(
    'Amazon refused how we ask for consent',
    'us',
    finding => `Amazon sent the person back with an error that is about our request${saidIn(finding)}.`,
    ours,
    [],
  ),
  clock_skewed: words(
    'Our clock and Amazon’s differ',
    'us',
    ({ about }) =>
      `Amazon’s clock is ${skewWords(about.skewSeconds ?? 0)} ours, so that good codes and tokens count as old: set the clock of our machines.`,
    ours,
    ['test_live'],
  ),
  plan_missing: words(
    'No subscription',
    'seller',
    'The person has no subscription, so nothing can be connected or synced.',
    'Connecting needs an active Monthly, Quarterly or Annual plan, and your account has none. Choose one at 1smart.link and then connect; what you may have loaded before is still there.',
    ['change_plan'],
  ),
  plan_not_full_suite: words(
    'The plan has no ads tools',
    'seller',
    'The person pays for Listing Tools, which does not include the ads tools.',
    'Your Listing Tools plan does not include the ads tools. With a Monthly, Quarterly or Annual plan you can connect your Amazon Ads account.',
    ['change_plan'],
  ),
  plan_lapsed: words(
    'The subscription has lapsed',
    'seller',
    ({ since }) =>
      `The subscription ended${since ? ` on ${utc(since)}` : ''}; what was loaded stays, and nothing new is synced.`,
    'Your subscription has ended, so syncing has stopped. What was loaded is kept. Renew the plan at 1smart.link, and syncing goes on by itself, with the days that were missed.',
    ['change_plan'],
  ),
  consent_cancelled: words(
    'Permission refused at Amazon',
    'seller',
    'The person pressed Cancel on Amazon’s consent page.',
    `Amazon told us that access was not allowed. ${again} Without it we cannot read your reports.`,
    ['send_connect_link'],
  ),
  amazon_consent_down: words(
    'Amazon’s consent page failed',
    'amazon',
    finding => `Amazon’s own login was out of order${saidIn(finding)}.`,
    wait,
    ['send_connect_link'],
  ),
  never_came_back: {
    ...words(
      'Never came back from Amazon',
      'seller',
      'The person left for Amazon’s page and nothing came back within the half hour that an attempt lives.',
      `We sent you to Amazon, and you did not come back to us. If Amazon showed an error, please send us a picture of it. Otherwise ${again.charAt(0).toLowerCase()}${again.slice(1)}`,
      ['send_connect_link', 'test_live'],
    ),
    possibilities: [
      'The tab at Amazon was closed, or the sign-in there was given up.',
      'Amazon does not know our redirect address and showed an error of its own: check the allowed return URLs of our security profile.',
      'Amazon’s page itself did not load.',
    ],
  },
  return_expired: words(
    'Came back too late',
    'seller',
    'The person came back from Amazon after the half hour that an attempt lives.',
    `Amazon’s page was open for more than half an hour, so we could not use the answer any more. ${again}`,
    ['send_connect_link'],
  ),
  return_other_browser: words(
    'Came back in another browser',
    'seller',
    'The way back from Amazon ended in another browser, or another sign-in, than the one that had left.',
    'You allowed access in another browser than the one in which you had pressed Connect, which we refuse for your safety. Please do both in the same browser.',
    ['send_connect_link'],
  ),
  return_other_person: words(
    'Came back as somebody else',
    'seller',
    'Somebody else was signed in here when the way back from Amazon ended.',
    'When you came back from Amazon another person was signed in to 1smart.link. Please sign in with your own account and connect again.',
    ['send_connect_link'],
  ),
  return_signed_out: words(
    'Signed out meanwhile',
    'seller',
    'Nobody was signed in any more when the person came back from Amazon.',
    'You were signed out of 1smart.link while you were at Amazon. Please sign in and connect again.',
    ['send_connect_link'],
  ),
  return_unknown: words(
    'A return that nobody asked for',
    'nobody',
    'A way back from Amazon carried a state that is none of ours: an old bookmark, or a link from somewhere else.',
    `The address that you opened did not come from a connection that you began. ${again}`,
    ['send_connect_link'],
  ),
  return_without_code: words(
    'Amazon sent no code',
    'amazon',
    'Amazon sent the person back without a code and without an error.',
    `Amazon’s answer was incomplete. ${again}`,
    ['send_connect_link'],
  ),
  return_replayed: words(
    'The same return was opened twice',
    'nobody',
    'The way back from Amazon was opened a second time, by a reload or the back button; it changed nothing.',
    'The page that you reloaded had done its work already. Please open Dashboard → Ads and go on from there.',
    [],
  ),
  code_refused: words(
    'Amazon refused its own code',
    'seller',
    'Amazon did not take the code that it had given: it lives five minutes and serves once, so that as a rule too much time had passed.',
    `Amazon did not take its own answer any more when you came back, which happens as a rule when some minutes pass on the way. Nothing was stored. ${again}`,
    ['send_connect_link'],
  ),
  login_request_refused: words(
    'Amazon’s login refused our request',
    'us',
    finding => `Amazon’s token address refused how we ask, whoever it is for${saidIn(finding)}.`,
    ours,
    ['test_live'],
  ),
  login_throttled: words(
    'Amazon’s login is throttled',
    'amazon',
    'Amazon’s token address answered 429 while the code was exchanged.',
    wait,
    ['send_connect_link'],
  ),
  login_unreachable: words(
    'Amazon’s login could not be reached',
    'amazon',
    'Amazon’s token address could not be reached while the code was exchanged.',
    wait,
    ['send_connect_link'],
  ),
  login_timeout: words(
    'Amazon’s login did not answer in time',
    'amazon',
    'Amazon’s token address did not answer within the five seconds that an exchange has.',
    wait,
    ['send_connect_link'],
  ),
  login_unreadable: words(
    'Amazon’s login answered nonsense',
    'amazon',
    'Amazon’s token address answered something that is no token.',
    wait,
    ['send_connect_link'],
  ),
  profiles_request_refused: words(
    'Amazon refused our request for profiles',
    'us',
    finding =>
      `Amazon refused what we are or how we ask in ${regionsIn(finding)}: check the approval of our client for the Ads API.`,
    ours,
    ['test_live'],
  ),
  login_kept_out: words(
    'The Amazon login is kept out of a region',
    'seller',
    finding => `Amazon does not let this login in (403) in ${regionsIn(finding)}: it may be suspended.`,
    finding =>
      `Amazon does not let your login read advertising accounts in ${regionsIn(finding)}. Please sign in at advertising.amazon.com with the same login and see whether the account is suspended or asks for something.`,
    ['send_connect_link'],
  ),
  region_unreachable: words(
    'A region of Amazon is down',
    'amazon',
    finding =>
      `Amazon’s ${regionsIn(finding)} did not answer (5xx, or no connection) when the profiles were read.`,
    finding => `Amazon’s ${regionsIn(finding)} cannot be reached just now. ${regionNote(finding)}`,
    [],
  ),
  region_timeout: words(
    'A region of Amazon is too slow',
    'amazon',
    finding => `Amazon’s ${regionsIn(finding)} did not answer in time when the profiles were read.`,
    finding => `Amazon’s ${regionsIn(finding)} answers too slowly just now. ${regionNote(finding)}`,
    [],
  ),
  region_throttled: words(
    'A region of Amazon throttles',
    'amazon',
    finding => `Amazon’s ${regionsIn(finding)} answered 429 when the profiles were read.`,
    finding => `Amazon’s ${regionsIn(finding)} is too busy just now. ${regionNote(finding)}`,
    [],
  ),
  region_unreadable: words(
    'A region of Amazon answered nonsense',
    'amazon',
    finding => `Amazon’s ${regionsIn(finding)} answered something that is no list of profiles.`,
    finding => `Amazon’s ${regionsIn(finding)} sent an answer that cannot be read. ${regionNote(finding)}`,
    [],
  ),
  user_request_refused: whoAuthorised('Amazon refused how we asked for it'),
  user_kept_out: whoAuthorised('the permission does not cover it (403)'),
  user_unreachable: whoAuthorised('Amazon could not be reached'),
  user_timeout: whoAuthorised('Amazon did not answer in time'),
  user_throttled: whoAuthorised('Amazon throttled us (429)'),
  user_unreadable: whoAuthorised('Amazon’s answer could not be read'),
} as const satisfies Readonly<Record<string, CauseWords>>

/** Blocks nothing, whatever the reason (S-09). */
function whoAuthorised(why: string): CauseWords {
  return words(
    `Who authorised is not known: ${why}`,
    'nobody',
    `Amazon did not tell who gave the permission: ${why}. It blocks nothing, and is asked again by itself.`,
    'Everything that you need is there; you need not do anything.',
    [],
  )
}

function skewWords(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60)
  return `${minutes} minute${minutes === 1 ? '' : 's'} ${seconds > 0 ? 'ahead of' : 'behind'}`
}
