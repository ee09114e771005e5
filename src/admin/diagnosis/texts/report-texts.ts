import { type AdProduct, adProductNames } from '../../../domain/ingestion/catalogue.ts'
import {
  amazonMessageIn,
  type CauseText,
  causeText,
  formatList,
  formatUtc,
  hasReports,
  namedRegionsIn,
  nextTryIn,
  regionsIn,
  reportsIn,
  retryStateOf,
  waitingSyncText,
} from './cause-texts.ts'

const amazonProblem =
  'The problem is at Amazon, not with your account. We’ll keep trying, and the next sync fills in any missing days. You don’t need to do anything.'
const ourProblem =
  'The problem is on our side, not with your account. We’re fixing it and will fill in any missing days. You don’t need to do anything.'

export const loadingText = {
  worker_down: causeText(
    'No worker running',
    'us',
    ({ since }) =>
      `No worker seen${since ? ` since ${formatUtc(since)}` : ''}; no reports loaded for any account.`,
    ourProblem,
    [],
  ),
  database_down: causeText(
    'Our database is down',
    'us',
    finding =>
      `Steps of ${reportsIn(finding)} failed: our database not responding; ${retryStateOf(finding)}.`,
    ourProblem,
    ['retry_failed'],
  ),
  queue_delayed: causeText(
    'Queue delayed',
    'us',
    ({ since }) =>
      `Next step due${since ? ` since ${formatUtc(since)}` : ''}, not picked up: workers busy or stuck.`,
    'Many accounts are loading right now, so yours takes longer than usual. It continues automatically. You don’t need to do anything.',
    ['sync_now'],
  ),
  access_token_refused: causeText(
    'Amazon rejects the access token (401)',
    'amazon',
    finding =>
      `Amazon rejected fresh access tokens (401) for ${reportsIn(finding)}; ${retryStateOf(finding)}.`,
    amazonProblem,
    ['test_live', 'retry_failed'],
  ),
  profile_access_unconfirmed: causeText(
    'Amazon denies access to the profile (401)',
    'amazon',
    finding =>
      `Amazon denied access to the profile (401) for ${reportsIn(finding)}, but its profile list doesn’t confirm the loss; ${retryStateOf(finding)}.`,
    amazonProblem,
    ['test_live', 'retry_failed'],
  ),
  account_forbidden: causeText(
    'Amazon denied access (403)',
    'seller',
    finding => `Amazon denied access (403) for ${reportsIn(finding)}; account may be suspended.`,
    'Amazon doesn’t let your login access this account right now. Sign in at advertising.amazon.com and check whether the account is suspended or needs action. We’ll try again with every sync.',
    ['test_live', 'retry_failed'],
  ),
  account_unknown: causeText(
    'Advertiser not found',
    'seller',
    finding => `Amazon finds no advertiser for this profile and Amazon user${amazonMessageIn(finding)}.`,
    'Amazon can’t find this advertising account under your login. If it was closed or moved, connect the account you use now.',
    ['test_live', 'send_connect_link'],
  ),
  report_request_refused: causeText(
    'Amazon rejects our report requests',
    'us',
    finding =>
      `Amazon rejects our request for ${reportsIn(finding)} for all accounts${amazonMessageIn(finding)}: code fix needed.`,
    ourProblem,
    ['retry_failed'],
  ),
  refused_by_amazon: causeText(
    'Rejected by Amazon',
    'amazon',
    finding => `Amazon rejected ${reportsIn(finding)} with an unknown error${amazonMessageIn(finding)}.`,
    amazonProblem,
    ['test_live', 'retry_failed'],
  ),
  amazon_unreachable: causeText(
    'Amazon unreachable',
    'amazon',
    finding =>
      hasReports(finding)
        ? `Amazon’s ${namedRegionsIn(finding)} not responding (5xx or no connection) for ${reportsIn(finding)}; ${retryStateOf(finding)}.${waitingSyncText(finding)}`
        : `Amazon’s ${namedRegionsIn(finding)} not responding for any account (5xx or no connection).${waitingSyncText(finding)}`,
    amazonProblem,
    ['test_live', 'retry_failed'],
  ),
  amazon_timeout: causeText(
    'Amazon timed out',
    'amazon',
    finding =>
      `Amazon’s ${namedRegionsIn(finding)} timed out for ${reportsIn(finding)}; ${retryStateOf(finding)}.`,
    amazonProblem,
    ['test_live', 'retry_failed'],
  ),
  amazon_unreadable: causeText(
    'Amazon sent an invalid response',
    'amazon',
    finding =>
      `Amazon’s ${namedRegionsIn(finding)} sent an invalid response for ${reportsIn(finding)}; ${retryStateOf(finding)}.`,
    amazonProblem,
    ['test_live', 'retry_failed'],
  ),
  throttled: causeText(
    'Throttled by Amazon',
    'amazon',
    finding =>
      hasReports(finding)
        ? `Amazon has throttled (429) ${reportsIn(finding)} in ${regionsIn(finding)}${finding.since ? ` since ${formatUtc(finding.since)}` : ''}; ${retryStateOf(finding)}.${waitingSyncText(finding, ' in the queue')}`
        : `More accounts due in ${regionsIn(finding)} than Amazon accepts report requests for.${waitingSyncText(finding, ' in the queue')}`,
    'Amazon is limiting requests right now, so your reports have to wait. We’ll keep trying automatically. You don’t need to do anything.',
    ['test_live', 'retry_failed'],
  ),
  duplicate_mismatch: causeText(
    'Another program requested this report (425)',
    'amazon',
    finding =>
      `Amazon is generating another program’s report of the same type for ${reportsIn(finding)} (425); ${retryStateOf(finding)}.`,
    'Another program you use requested a similar report. Amazon generates one at a time. We’ll keep trying automatically. You don’t need to do anything.',
    ['retry_failed'],
  ),
  report_failed: causeText(
    'Amazon couldn’t generate a report',
    'amazon',
    finding =>
      `Amazon returned FAILED for ${reportsIn(finding)}${amazonMessageIn(finding)}; ${retryStateOf(finding)}.`,
    amazonProblem,
    ['retry_failed'],
  ),
  report_never_finished: causeText(
    'Amazon didn’t finish a report',
    'amazon',
    finding => `Amazon didn’t finish ${reportsIn(finding)} within three hours; ${retryStateOf(finding)}.`,
    amazonProblem,
    ['retry_failed'],
  ),
  report_lost: causeText(
    'Amazon lost a report',
    'amazon',
    finding =>
      `Amazon no longer knows the report id (404) for ${reportsIn(finding)}; ${retryStateOf(finding)}.`,
    amazonProblem,
    ['retry_failed'],
  ),
  amazon_slow: causeText(
    'Amazon is slow',
    'amazon',
    finding =>
      `Amazon has been generating ${reportsIn(finding)}${finding.since ? ` since ${formatUtc(finding.since)}` : ''}; usually up to ${finding.about.count ?? 5} minutes in ${regionsIn(finding)}${nextTryIn(finding)}.`,
    'Amazon is taking longer than usual to prepare your reports, up to three hours. Loading continues in the background. You can leave the page.',
    ['test_live', 'cancel_run'],
  ),
  file_corrupt: causeText(
    'Corrupt report file',
    'amazon',
    finding =>
      `File of ${reportsIn(finding)} truncated or corrupt${amazonMessageIn(finding)}; ${retryStateOf(finding)}.`,
    amazonProblem,
    ['retry_failed'],
  ),
  file_too_large: causeText(
    'Report file too large',
    'us',
    finding =>
      `File of ${reportsIn(finding)} beyond our size limits${amazonMessageIn(finding)}; not retried before the next sync.`,
    ourProblem,
    ['retry_failed'],
  ),
  file_unconfirmed: causeText(
    'Report file lacks most figures',
    'amazon',
    finding =>
      `File of ${reportsIn(finding)} would remove more than half of the loaded rows or spend${finding.about.detail ? ` (${finding.about.detail})` : ''}. The loaded days stay until a second report agrees; ${retryStateOf(finding)}.`,
    'Amazon’s latest report lacks most of your figures, so your earlier figures stay. We request it again and replace them only if a second report agrees. You don’t need to do anything.',
    ['retry_failed'],
  ),
  download_rejected: causeText(
    'Amazon’s storage denied a file',
    'amazon',
    finding =>
      `Amazon’s storage denied the file of ${reportsIn(finding)}${amazonMessageIn(finding)}; ${retryStateOf(finding)}.`,
    amazonProblem,
    ['retry_failed'],
  ),
  download_host_untrusted: causeText(
    'Download host not allowed',
    'us',
    finding =>
      `Download host for ${reportsIn(finding)} not allowed by AMAZON_DOWNLOAD_HOSTS${amazonMessageIn(finding)}.`,
    ourProblem,
    ['retry_failed'],
  ),
  download_expired: causeText(
    'Download URLs expired',
    'amazon',
    finding => `Download URLs of ${reportsIn(finding)} expired each time; ${retryStateOf(finding)}.`,
    amazonProblem,
    ['retry_failed'],
  ),
  internal_error: causeText(
    'Internal error',
    'us',
    finding =>
      `A step of ${reportsIn(finding)} failed on our side (${finding.about.detail ?? 'see the log'}); ${retryStateOf(finding)}.`,
    ourProblem,
    ['retry_failed'],
  ),
  page_failed: causeText(
    'Page failed on our side',
    'us',
    finding =>
      `One of the user’s pages failed with an internal error (${finding.about.detail ?? 'unknown'}): see the log under its request id.`,
    'One of our pages failed when you opened it. Your data is safe. Try again. We’re fixing the problem.',
    [],
  ),
  sync_cancelled: causeText(
    'Sync cancelled by staff',
    'us',
    finding => `Staff cancelled the sync of ${reportsIn(finding)}; ${retryStateOf(finding)}.`,
    'We stopped a sync of your account. The next sync fills in any missing days. You don’t need to do anything.',
    ['retry_failed', 'sync_now'],
  ),
  figures_mismatch: causeText(
    'Figures don’t match Amazon’s',
    'us',
    ({ about }) => `${about.count ?? 0} figures shown don’t match Amazon’s files.`,
    'Some figures don’t match Amazon’s reports. We’re reloading those days and will write when they’re correct.',
    ['load_again'],
  ),
  no_ad_activity: causeText(
    'No ad activity',
    'nobody',
    'Amazon’s files are empty as expected: no ad activity on these days.',
    'Everything works. Amazon reports no ad activity for these days, so there’s nothing to show yet. Figures appear the day after an ad runs.',
    ['load_again'],
  ),
  brand_ads_empty: causeText(
    'No Sponsored Brands or Display',
    'nobody',
    ({ about }) =>
      `Amazon’s files for ${productsIn(about.products)} are empty, others have rows: no Brand Registry, or no such ads ran.`,
    ({ about }) =>
      `Amazon reports no data for ${productsIn(about.products)}. These ads need a brand registered at Amazon, or none ran. Everything else is loaded.`,
    [],
  ),
  email_failed: causeText(
    'Email bounces',
    'seller',
    finding =>
      `Last email to the user rejected by the mail server (${finding.about.detail ?? 'no reason'}). Use another channel: replies would bounce too.`,
    'Our emails to your sign-in address bounce. Check that the mailbox can receive email. You can also see everything on Dashboard → Ads.',
    [],
  ),
  duplicate_adopted: causeText(
    'Existing report reused (425)',
    'nobody',
    ({ about }) =>
      `Amazon was already generating ${about.count ?? 1} of the reports (425); its reports were used, nothing missing.`,
    'Everything works. You don’t need to do anything.',
    [],
  ),
  at_amazon: causeText(
    'On Amazon’s page',
    'seller',
    ({ about }) =>
      `User is on Amazon’s page; waiting for the callback${about.until ? ` until ${formatUtc(about.until)}` : ''}.`,
    'Finish on Amazon’s page: sign in and choose Allow. You’ll come back here automatically.',
    ['send_connect_link'],
  ),
  choosing: causeText(
    'Profile not chosen yet',
    'seller',
    ({ about }) =>
      `Authorised at Amazon; profile can be chosen${about.until ? ` until ${formatUtc(about.until)}` : ''}.`,
    'You’ve allowed access at Amazon. Open Dashboard → Ads and choose the account to connect. You have one hour.',
    ['discard_pending'],
  ),
  loading: causeText(
    'Loading',
    'nobody',
    ({ about, since }) =>
      `${about.count ?? 0} reports in progress${since ? `, requested on ${formatUtc(since)}` : ''}; no errors.`,
    'Your data is loading. This usually takes about four minutes, and longer for large accounts. You can leave the page.',
    ['cancel_run'],
  ),
  never_connected: causeText(
    'No account connected',
    'seller',
    'User has no connected account and no authorisation attempt in progress.',
    'Open Dashboard → Ads and choose Connect Amazon Ads Account. It takes a few minutes.',
    ['send_connect_link'],
  ),
  healthy: causeText(
    'Healthy',
    'nobody',
    finding =>
      `Connection healthy${finding.about.dueAt ? `; next sync due ${formatUtc(finding.about.dueAt)}` : ''}.`,
    'Your account is connected and your figures are up to date.',
    ['test_live', 'sync_now', 'load_again'],
  ),
  figures_provisional: {
    ...causeText(
      'Why figures may be lower than Amazon’s',
      'nobody',
      'Figures match Amazon’s files. If Amazon’s console shows more, one of the reasons below applies; the files don’t show which.',
      'Amazon credits sales to the day of the click, so recent days still grow. Our figures count clicks only if you choose that on the dashboard. Amazon’s reports leave out older Sponsored Brands campaigns without ad groups.',
      ['load_again'],
    ),
    possibilities: [
      'Recent days: Amazon restates sales 1, 7 and 28 days later, for up to 60 days.',
      'Seller counts clicks only, or Amazon’s console uses another attribution window. Days not loaded since the update also count clicks only.',
      'Older Sponsored Brands campaigns (without ad groups): Amazon leaves them out of its reports.',
    ],
  },
} as const satisfies Readonly<Record<string, CauseText>>

const productsIn = (products: readonly AdProduct[] = []): string =>
  formatList(products.map(product => adProductNames[product]))
