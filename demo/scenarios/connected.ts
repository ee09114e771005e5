import { hours, minutes, seconds } from '../../src/domain/calendar.ts'
import { healthyCauses, hour, type Scenario } from './scenario.ts'

/** Scenarios of an existing connection. */
export const connected: readonly Scenario[] = [
  {
    causes: ['blocked_by_limit'],
    sellersPer200: 1,
    startedMinutesAgo: [2.2 * hour, 8 * hour],
    steps: [
      seller => seller.connect({ as: 'three-regions', country: 'UK' }),
      hours(2),
      seller => seller.authorise('three-regions'),
      seconds(20),
      seller => seller.choose({ country: 'DE' }),
    ],
  },
  {
    causes: ['wrong_amazon_account'],
    sellersPer200: 2,
    startedMinutesAgo: [5 * hour, 9 * hour],
    steps: [
      seller => seller.connect(),
      hours(2),
      seller => seller.revokeAtAmazon(),
      seller => seller.getSyncNow('They write that they changed their password at Amazon.'),
      hours(1),
      seller => seller.reauthorise('three-regions'),
    ],
  },
  {
    causes: ['other_amazon_account'],
    sellersPer200: 1,
    startedMinutesAgo: [4 * hour, 12 * hour],
    amazonUser: 'us-seller',
    steps: [seller => seller.connect(), hours(3), seller => seller.reauthorise('us-colleague')],
  },
  {
    causes: ['grant_revoked'],
    sellersPer200: 3,
    startedMinutesAgo: [25 * hour, 40 * hour],
    steps: [seller => seller.connect(), hours(14), seller => seller.revokeAtAmazon()],
  },
  {
    causes: ['marked_unauthorised'],
    sellersPer200: 1,
    startedMinutesAgo: [5 * hour, 9 * hour],
    steps: [
      seller => seller.connect(),
      hours(4),
      seller =>
        seller.getCaseAction(
          { action: 'mark_unauthorised' },
          'They ask us to stop reading until their lawyer has answered.',
        ),
    ],
  },
  {
    causes: ['profile_access_lost'],
    sellersPer200: 2,
    startedMinutesAgo: [2.2 * hour, 8 * hour],
    steps: [seller => seller.connect(), seconds(2), seller => seller.loseProfileAccess()],
  },
  {
    causes: ['plan_lapsed'],
    sellersPer200: 2,
    startedMinutesAgo: [25.5 * hour, 40 * hour],
    plan: 'quarterly',
    steps: [
      seller => seller.connect(),
      hours(3),
      seller => seller.endSubscription(hours(10)),
      hours(20),
      seller => seller.contactSupport('My dashboard says that syncing has stopped. Why?'),
    ],
  },
  {
    causes: ['amazon_slow'],
    sellersPer200: 2,
    startedMinutesAgo: [45, 100],
    steps: [
      seller => seller.connect(),
      seller => seller.letReportsNeverFinish(['spTargeting', 'spSearchTerm']),
      minutes(35),
      seller =>
        seller.contactSupport('It is generating reports for more than half an hour now. Is that normal?'),
    ],
  },
  {
    causes: ['report_failed'],
    sellersPer200: 2,
    startedMinutesAgo: [2.2 * hour, 8 * hour],
    steps: [
      seller => seller.connect(),
      seller => seller.addReportFault({ call: 'status', fault: 'failed', reportType: 'sbTargeting' }),
    ],
  },
  {
    causes: ['report_never_finished'],
    sellersPer200: 1,
    startedMinutesAgo: [8 * hour, 10 * hour],
    steps: [
      seller => seller.connect(),
      seller =>
        seller.addReportFault({ call: 'status', fault: 'never_finishes', reportType: 'spAdvertisedProduct' }),
    ],
  },
  {
    causes: ['file_corrupt'],
    sellersPer200: 1,
    startedMinutesAgo: [2.2 * hour, 8 * hour],
    steps: [
      seller => seller.connect(),
      seller =>
        seller.addReportFault({ call: 'download', fault: 'corrupt_gzip', reportType: 'spSearchTerm' }),
      hours(2),
      seller => seller.getConnectionTested('Checking whether it is Amazon or the file alone.'),
    ],
  },
  {
    causes: ['throttled'],
    sellersPer200: 2,
    startedMinutesAgo: [8, 14],
    steps: [
      seller => seller.connect(),
      seller =>
        seller.addReportFault({
          call: 'create',
          fault: '429',
          reportType: 'spSearchTerm',
          retryAfterSeconds: 1200,
        }),
    ],
  },
  {
    causes: ['account_forbidden'],
    sellersPer200: 1,
    startedMinutesAgo: [2.2 * hour, 8 * hour],
    steps: [seller => seller.connect(), seller => seller.addReportFault({ call: 'create', fault: '403' })],
  },
  {
    causes: ['account_unknown'],
    sellersPer200: 1,
    startedMinutesAgo: [2.2 * hour, 8 * hour],
    steps: [
      seller => seller.connect(),
      seller => seller.addReportFault({ call: 'create', fault: 'invalid_advertiser' }),
    ],
  },
  {
    // A daily sync may have run since.
    causes: ['duplicate_adopted', ...healthyCauses],
    sellersPer200: 1,
    startedMinutesAgo: [2.2 * hour, 8 * hour],
    steps: [
      seller => seller.connect(),
      seller =>
        seller.addReportFault({ call: 'create', fault: 'half_body', reportType: 'spTargeting', times: 1 }),
    ],
  },
  {
    causes: ['loading'],
    sellersPer200: 5,
    startedMinutesAgo: [0.4, 1.6],
    steps: [seller => seller.connect()],
  },
  {
    // A daily sync may have run since.
    causes: ['sync_cancelled', ...healthyCauses],
    sellersPer200: 2,
    startedMinutesAgo: [2.2 * hour, 8 * hour],
    steps: [
      seller => seller.connect(),
      seconds(25),
      seller =>
        seller.getCaseAction({ action: 'cancel_run' }, 'They connected the wrong brand and wrote at once.'),
    ],
  },
  {
    causes: ['page_failed'],
    sellersPer200: 1,
    startedMinutesAgo: [2.2 * hour, 8 * hour],
    steps: [
      seller => seller.connect(),
      hours(2),
      seller => seller.recordPageFailure('GET /dashboard/ads/campaigns'),
      minutes(2),
      seller => seller.contactSupport('The campaigns page only showed an error to me.'),
      minutes(40),
      seller => seller.getReply('That was our fault, and it’s fixed. Please reload the page.'),
      minutes(9),
      seller => seller.getRequestSolved(),
    ],
  },
  {
    causes: ['email_failed'],
    sellersPer200: 1,
    startedMinutesAgo: [2.2 * hour, 8 * hour],
    steps: [
      async seller => seller.context.mailer.rejectedAddresses.add(seller.identity.email),
      seller => seller.connect(),
      minutes(30),
      seller => seller.contactSupport('Why are my sales lower than in Amazon’s console?'),
      minutes(30),
      seller => seller.getReply('Amazon restates sales for some weeks; they settle on their own after that.'),
    ],
  },
]
