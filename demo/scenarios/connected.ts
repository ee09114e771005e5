import { hours, minutes, seconds } from '../../src/domain/calendar.ts'
import { hour, type Plot, well } from './plot.ts'

/** Scenarios of an existing connection. */
export const connected: readonly Plot[] = [
  {
    causes: ['blocked_by_limit'],
    share: 1,
    began: [2.2 * hour, 8 * hour],
    acts: [
      seller => seller.connect({ as: 'three-regions', country: 'UK' }),
      hours(2),
      seller => seller.authorise('three-regions'),
      seconds(20),
      seller => seller.choose({ country: 'DE' }),
    ],
  },
  {
    causes: ['wrong_amazon_account'],
    share: 2,
    began: [5 * hour, 9 * hour],
    acts: [
      seller => seller.connect(),
      hours(2),
      seller => seller.revokeAtAmazon(),
      seller => seller.syncedNow('They write that they changed their password at Amazon.'),
      hours(1),
      seller => seller.renew('three-regions'),
    ],
  },
  {
    causes: ['other_amazon_account'],
    share: 1,
    began: [4 * hour, 12 * hour],
    amazonUser: 'us-seller',
    acts: [seller => seller.connect(), hours(3), seller => seller.renew('us-colleague')],
  },
  {
    causes: ['grant_revoked'],
    share: 3,
    began: [25 * hour, 40 * hour],
    acts: [seller => seller.connect(), hours(14), seller => seller.revokeAtAmazon()],
  },
  {
    causes: ['marked_unauthorised'],
    share: 1,
    began: [5 * hour, 9 * hour],
    acts: [
      seller => seller.connect(),
      hours(4),
      seller =>
        seller.handled(
          { action: 'mark_unauthorised' },
          'They ask us to stop reading until their lawyer has answered.',
        ),
    ],
  },
  {
    causes: ['profile_access_lost'],
    share: 2,
    began: [2.2 * hour, 8 * hour],
    acts: [
      seller => seller.connect(),
      seconds(2),
      seller => seller.suffer({ call: 'status', fault: 'profile_access_lost' }),
    ],
  },
  {
    causes: ['plan_lapsed'],
    share: 2,
    began: [25.5 * hour, 40 * hour],
    plan: 'quarterly',
    acts: [
      seller => seller.connect(),
      hours(3),
      seller => seller.stopPaying(hours(10)),
      hours(20),
      seller => seller.ask('My dashboard says that syncing has stopped. Why?'),
    ],
  },
  {
    causes: ['amazon_slow'],
    share: 2,
    began: [45, 100],
    acts: [
      seller => seller.connect(),
      seller => seller.waitForever(['spTargeting', 'spSearchTerm']),
      minutes(35),
      seller => seller.ask('It is generating reports for more than half an hour now. Is that normal?'),
    ],
  },
  {
    causes: ['report_failed'],
    share: 2,
    began: [2.2 * hour, 8 * hour],
    acts: [
      seller => seller.connect(),
      seller => seller.suffer({ call: 'status', fault: 'failed', reportType: 'sbTargeting' }),
    ],
  },
  {
    causes: ['report_never_finished'],
    share: 1,
    began: [8 * hour, 10 * hour],
    acts: [
      seller => seller.connect(),
      seller => seller.suffer({ call: 'status', fault: 'never_finishes', reportType: 'spAdvertisedProduct' }),
    ],
  },
  {
    causes: ['file_corrupt'],
    share: 1,
    began: [2.2 * hour, 8 * hour],
    acts: [
      seller => seller.connect(),
      seller => seller.suffer({ call: 'download', fault: 'corrupt_gzip', reportType: 'spSearchTerm' }),
      hours(2),
      seller => seller.testedLive('Checking whether it is Amazon or the file alone.'),
    ],
  },
  {
    causes: ['throttled'],
    share: 2,
    began: [8, 14],
    acts: [
      seller => seller.connect(),
      seller =>
        seller.suffer({
          call: 'create',
          fault: '429',
          reportType: 'spSearchTerm',
          retryAfterSeconds: 1200,
        }),
    ],
  },
  {
    causes: ['account_forbidden'],
    share: 1,
    began: [2.2 * hour, 8 * hour],
    acts: [seller => seller.connect(), seller => seller.suffer({ call: 'create', fault: '403' })],
  },
  {
    causes: ['account_unknown'],
    share: 1,
    began: [2.2 * hour, 8 * hour],
    acts: [
      seller => seller.connect(),
      seller => seller.suffer({ call: 'create', fault: 'invalid_advertiser' }),
    ],
  },
  {
    // A daily sync may have run since.
    causes: ['duplicate_adopted', ...well],
    share: 1,
    began: [2.2 * hour, 8 * hour],
    acts: [
      seller => seller.connect(),
      seller => seller.suffer({ call: 'create', fault: 'half_body', reportType: 'spTargeting', times: 1 }),
    ],
  },
  {
    causes: ['loading'],
    share: 5,
    began: [0.4, 1.6],
    acts: [seller => seller.connect()],
  },
  {
    // A daily sync may have run since.
    causes: ['sync_cancelled', ...well],
    share: 2,
    began: [2.2 * hour, 8 * hour],
    acts: [
      seller => seller.connect(),
      seconds(25),
      seller => seller.handled({ action: 'cancel_run' }, 'They connected the wrong brand and wrote at once.'),
    ],
  },
  {
    causes: ['page_failed'],
    share: 1,
    began: [2.2 * hour, 8 * hour],
    acts: [
      seller => seller.connect(),
      hours(2),
      seller => seller.pageFails('GET /dashboard/ads/campaigns'),
      minutes(2),
      seller => seller.ask('The campaigns page only showed an error to me.'),
      minutes(40),
      seller => seller.answered('That was our fault, and it is mended. Please reload the page.'),
      minutes(9),
      seller => seller.solved(),
    ],
  },
  {
    causes: ['email_failed'],
    share: 1,
    began: [2.2 * hour, 8 * hour],
    acts: [
      async seller => seller.stage.mailer.rejectedAddresses.add(seller.identity.email),
      seller => seller.connect(),
      minutes(30),
      seller => seller.ask('Why are my sales lower than in Amazon’s console?'),
      minutes(30),
      seller => seller.answered('Amazon restates sales for some weeks; they settle by themselves.'),
    ],
  },
]
