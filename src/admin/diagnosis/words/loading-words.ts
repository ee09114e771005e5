import { type AdProduct, adProductNames } from '../../../domain/ingestion/catalogue.ts'
import {
  type CauseWords,
  isOfReports,
  listed,
  nextTryIn,
  regionsIn,
  reportsIn,
  saidIn,
  stateOf,
  utc,
  waitingSync,
  words,
} from './cause-words.ts'

const patience =
  'Amazon is the reason, not your account. We go on trying by ourselves, and what is missing is filled in by the next sync at the latest. You need not do anything.'
const ours =
  'The reason is on our side, not with your account. We have been told and are mending it; what is missing is filled in afterwards. You need not do anything.'

export const loadingWords = {
  worker_down: words(
    'No worker is running',
    'us',
    ({ since }) =>
      `None of our workers has been seen${since ? ` since ${utc(since)}` : ''}, so nothing is loaded for anybody.`,
    ours,
    [],
  ),
  storage_down: words(
    'Our database does not answer',
    'us',
    finding =>
      `Steps of ${reportsIn(finding)} failed because our own database did not answer; ${stateOf(finding)}.`,
    ours,
    ['retry_failed'],
  ),
  queue_late: words(
    'Our queue is late',
    'us',
    ({ since }) =>
      `The next step is due${since ? ` since ${utc(since)}` : ''} and no worker has taken it up: they are busy with others, or stuck.`,
    'Many accounts are loading just now, so yours takes longer than usual. It goes on by itself; you need not do anything.',
    ['sync_now'],
  ),
  access_token_refused: words(
    'Amazon refuses the access token',
    'amazon',
    finding => `Amazon refused fresh access tokens (401) for ${reportsIn(finding)}; ${stateOf(finding)}.`,
    patience,
    ['test_live', 'retry_failed'],
  ),
  account_kept_out: words(
    'Amazon keeps the login out',
    'seller',
    finding => `Amazon keeps the login out (403) for ${reportsIn(finding)}; the account may be suspended.`,
    'Amazon does not let your login read this account at the moment. Please sign in at advertising.amazon.com and see whether the account is suspended or asks for something; we try again with every sync.',
    ['test_live', 'retry_failed'],
  ),
  account_unknown: words(
    'Amazon finds no such advertiser',
    'seller',
    finding => `Amazon finds no advertiser for the profile, or not for this login${saidIn(finding)}.`,
    'Amazon does not find this advertising account under your login. If it was closed or moved, please connect the one that you use now.',
    ['test_live', 'send_connect_link'],
  ),
  report_request_refused: words(
    'Amazon refuses how we ask for reports',
    'us',
    finding =>
      `Amazon does not take our request for ${reportsIn(finding)}, whoever’s it is${saidIn(finding)}: the program has to be mended.`,
    ours,
    ['retry_failed'],
  ),
  refused_by_amazon: words(
    'Refused by Amazon',
    'amazon',
    finding => `Amazon refused ${reportsIn(finding)} with an answer of no known meaning${saidIn(finding)}.`,
    patience,
    ['test_live', 'retry_failed'],
  ),
  amazon_unreachable: words(
    'Amazon cannot be reached',
    'amazon',
    finding =>
      isOfReports(finding)
        ? `Amazon’s ${regionsIn(finding)} does not answer (5xx, or no connection) for ${reportsIn(finding)}; ${stateOf(finding)}.${waitingSync(finding)}`
        : `Amazon’s ${regionsIn(finding)} does not answer anyone (5xx, or no connection).${waitingSync(finding)}`,
    patience,
    ['test_live', 'retry_failed'],
  ),
  amazon_timeout: words(
    'Amazon does not answer in time',
    'amazon',
    finding =>
      `Amazon’s ${regionsIn(finding)} does not answer in time for ${reportsIn(finding)}; ${stateOf(finding)}.`,
    patience,
    ['test_live', 'retry_failed'],
  ),
  amazon_unreadable: words(
    'Amazon answers nonsense',
    'amazon',
    finding =>
      `Amazon’s ${regionsIn(finding)} answers something that cannot be read for ${reportsIn(finding)}; ${stateOf(finding)}.`,
    patience,
    ['test_live', 'retry_failed'],
  ),
  throttled: words(
    'Throttled by Amazon',
    'amazon',
    finding =>
      isOfReports(finding)
        ? `Amazon throttles (429) ${reportsIn(finding)} in ${regionsIn(finding)}${finding.since ? ` since ${utc(finding.since)}` : ''}; ${stateOf(finding)}.${waitingSync(finding, ' for its turn')}`
        : `More accounts of ${regionsIn(finding)} are due than Amazon takes orders of.${waitingSync(finding, ' for its turn')}`,
    'Amazon takes fewer requests than usual just now, so that your reports have to wait. We ask again by ourselves in the pace that Amazon allows; you need not do anything.',
    ['test_live', 'retry_failed'],
  ),
  foreign_duplicate: words(
    'Amazon is busy with another report',
    'amazon',
    finding =>
      `Amazon is making another report of the same kind for ${reportsIn(finding)} (425) that is not ours; ${stateOf(finding)}.`,
    'Another program of yours has asked Amazon for a similar report, and Amazon makes one at a time. We ask again by ourselves; you need not do anything.',
    ['retry_failed'],
  ),
  report_failed: words(
    'Amazon could not make a report',
    'amazon',
    finding => `Amazon ended ${reportsIn(finding)} as FAILED${saidIn(finding)}; ${stateOf(finding)}.`,
    patience,
    ['retry_failed'],
  ),
  report_never_finished: words(
    'Amazon did not finish a report',
    'amazon',
    finding => `Amazon did not finish ${reportsIn(finding)} within its three hours; ${stateOf(finding)}.`,
    patience,
    ['retry_failed'],
  ),
  report_lost: words(
    'Amazon lost a report',
    'amazon',
    finding =>
      `Amazon does not know its own report any more (404) for ${reportsIn(finding)}; ${stateOf(finding)}.`,
    patience,
    ['retry_failed'],
  ),
  amazon_slow: words(
    'Amazon is slow',
    'amazon',
    finding =>
      `Amazon is at ${reportsIn(finding)}${finding.since ? ` since ${utc(finding.since)}` : ''}; usually this takes ${finding.about.count ?? 5} minutes at most in ${regionsIn(finding)}${nextTryIn(finding)}.`,
    'Amazon takes longer than usual to make your reports, up to three hours. It goes on in the background; you can leave the page.',
    ['test_live', 'cancel_run'],
  ),
  file_corrupt: words(
    'A file of Amazon’s cannot be read',
    'amazon',
    finding => `The file of ${reportsIn(finding)} is cut or damaged${saidIn(finding)}; ${stateOf(finding)}.`,
    patience,
    ['retry_failed'],
  ),
  file_refused: words(
    'Amazon’s storage refuses a file',
    'amazon',
    finding =>
      `Amazon’s storage does not hand out the file of ${reportsIn(finding)}${saidIn(finding)}; ${stateOf(finding)}.`,
    patience,
    ['retry_failed'],
  ),
  file_elsewhere: words(
    'A file lies where we do not fetch',
    'us',
    finding =>
      `Amazon names a place for ${reportsIn(finding)} that AMAZON_DOWNLOAD_HOSTS does not allow${saidIn(finding)}.`,
    ours,
    ['retry_failed'],
  ),
  download_expired: words(
    'Download addresses run out',
    'amazon',
    finding => `The download addresses of ${reportsIn(finding)} had run out each time; ${stateOf(finding)}.`,
    patience,
    ['retry_failed'],
  ),
  our_defect: words(
    'A fault of our own',
    'us',
    finding =>
      `A step of ${reportsIn(finding)} fails on our side (${finding.about.said ?? 'see the log'}); ${stateOf(finding)}.`,
    ours,
    ['retry_failed'],
  ),
  page_failed: words(
    'A page failed on our side',
    'us',
    finding =>
      `A page of the person’s ended in a fault of ours (${finding.about.said ?? 'unknown'}): the log tells more under its request id.`,
    'One of our pages failed when you opened it. Nothing of yours is lost; please try it again. We have been told and are mending it.',
    [],
  ),
  loading_cancelled: words(
    'The loading was cancelled by us',
    'us',
    finding => `One of us cancelled the loading of ${reportsIn(finding)}; ${stateOf(finding)}.`,
    'We have stopped a loading of your account. The next sync fills in what is missing; you need not do anything.',
    ['retry_failed', 'sync_now'],
  ),
  figures_differ: words(
    'Figures are not Amazon’s',
    'us',
    ({ about }) => `${about.count ?? 0} of the figures that we show are not what Amazon’s files say.`,
    'We have found that some of the figures that we show differ from Amazon’s reports. We load the days again and write to you when they are right.',
    ['load_again'],
  ),
  no_ad_activity: words(
    'No ad activity',
    'nobody',
    'Amazon’s files are empty, and rightly so: no ad of this account was shown in these days.',
    'Everything works. Amazon reports no ad activity for these days, so there is nothing to show yet; figures appear the day after an ad was shown.',
    ['load_again'],
  ),
  brand_ads_empty: words(
    'No Sponsored Brands or Display',
    'nobody',
    ({ about }) =>
      `Amazon’s files for ${productsIn(about.products)} are empty while others have rows: sellers need Brand Registry for them, or ran none.`,
    ({ about }) =>
      `Amazon reports nothing for ${productsIn(about.products)}: they need a brand that is registered at Amazon, or no such ad ran. All else is loaded.`,
    [],
  ),
  mail_given_up: words(
    'Mail does not arrive',
    'seller',
    finding =>
      `The last mail to the person was given up by the mail server (${finding.about.said ?? 'no reason'}): reach them another way, an answer would be mailed there too.`,
    'Mail that we send to the address of your login here comes back. Please look whether the mailbox takes mail again. On Dashboard → Ads everything is told as well, with or without mail.',
    [],
  ),
  duplicate_adopted: words(
    'A running report was taken over',
    'nobody',
    ({ about }) =>
      `Amazon was making ${about.count ?? 1} of the reports already (425), and what it made served: nothing is missing.`,
    'Everything works; you need not do anything.',
    [],
  ),
  at_amazon: words(
    'At Amazon’s page now',
    'seller',
    ({ about }) =>
      `The person left for Amazon and is expected back${about.until ? ` until ${utc(about.until)}` : ''}.`,
    'Please finish on Amazon’s page: sign in, allow access, and you come back to us by yourself.',
    ['send_connect_link'],
  ),
  choosing: words(
    'Has a profile to choose',
    'seller',
    ({ about }) =>
      `Access is allowed at Amazon; a profile can be chosen${about.until ? ` until ${utc(about.until)}` : ''}.`,
    'Amazon has let us in. Please open Dashboard → Ads and choose the account that you want to connect; the list waits for an hour.',
    ['discard_pending'],
  ),
  loading: words(
    'Loading',
    'nobody',
    ({ about, since }) =>
      `${about.count ?? 0} reports are on their way${since ? `, asked for on ${utc(since)}` : ''}; nothing stands in their way.`,
    'Your data is loading, which takes about four minutes as a rule and longer for a large account. You can leave the page.',
    ['cancel_run'],
  ),
  not_tried: words(
    'Nothing is connected',
    'seller',
    'Nothing is connected, and nobody has pressed Connect since that could have led anywhere.',
    'Please open Dashboard → Ads and press Connect Amazon Ads Account; it takes a few minutes.',
    ['send_connect_link'],
  ),
  all_well: words(
    'All is well',
    'nobody',
    finding =>
      `The connection works${finding.about.nextTryAt ? `; the next sync is due ${utc(finding.about.nextTryAt)}` : ''}.`,
    'Your account is connected, and its figures are up to date.',
    ['test_live', 'sync_now', 'load_again'],
  ),
  vendor_window: words(
    'Amazon’s console counts 14 days for vendors',
    'nobody',
    'The account is a vendor’s: Amazon’s console counts sales up to 14 days after a click, and our Sponsored Products those up to 7, so that ours are lower by right.',
    'For vendors Amazon’s console counts a sale for 14 days after the click; our Sponsored Products figures count 7 days. Choose 7 days in Amazon’s console, and the two agree.',
    [],
  ),
  figures_settling: {
    ...words(
      'Should figures look lower than Amazon’s',
      'nobody',
      'The figures are those of Amazon’s files. If the seller sees more in Amazon’s console, it is for one of the reasons below; no file tells which.',
      'Sales are credited to the day of the click and still grow for some days; Amazon’s console may count another window of days (we show 7 days for Sponsored Products, 14 for Brands and Display), and its reports leave out Sponsored Brands campaigns of the older kind.',
      ['load_again'],
    ),
    possibilities: [
      'The days are recent: Amazon restates sales 1, 7 and 28 days after them, and for up to 60 days.',
      'Another attribution window is chosen in Amazon’s console than ours: 7 days for Sponsored Products, 14 for Brands and Display.',
      'The account has Sponsored Brands campaigns of the older kind (without ad groups), which Amazon leaves out of its reports.',
    ],
  },
} as const satisfies Readonly<Record<string, CauseWords>>

const productsIn = (products: readonly AdProduct[] = []): string =>
  listed(products.map(product => adProductNames[product]))
