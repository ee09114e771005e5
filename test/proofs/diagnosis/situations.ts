import type { Cause } from '../../../src/admin/diagnosis/causes.ts'
import { amazonRejection } from '../../../src/application/amazon-failure.ts'
import { CompleteAuthorisation } from '../../../src/application/connection/authorisation/complete-authorisation.ts'
import { EmailRejected } from '../../../src/application/email/ports.ts'
import { RecordPageFailure } from '../../../src/application/help/record-page-failure.ts'
import { after, hours, minutes } from '../../../src/domain/calendar.ts'
import type { ConnectionId, ReportId, SessionId } from '../../../src/domain/identifiers.ts'
import { Secret, SecretDecryptionError } from '../../../src/domain/secret.ts'
import { aCaller, anId, aSubscription } from '../../support/examples.ts'
import { FakeAdvertisingReports } from '../../support/fakes/ingestion/advertising-reports.ts'
import { FakeUnitOfWork, StorageOutage } from '../../support/fakes/kernel.ts'
import type { World } from '../faults/driver/world.ts'
import { Seller, type SellerOptions } from './seller.ts'

class RejectingReports extends FakeAdvertisingReports {
  constructor() {
    super(new FakeUnitOfWork())
  }

  override async requestReport(): Promise<never> {
    throw amazonRejection({ httpStatus: 410, code: 'GONE', detail: 'no more', requestId: 'rid-1' })
  }
}

export interface Situation {
  readonly cause: Cause
  /** @returns the named causes, in order. */
  readonly arrange: (world: World) => Promise<string[]>
}

const hour = hours(1)

type Arrange = (seller: Seller, world: World) => Promise<unknown>

/** What the console says about a seller after `arrange`. */
const situation = (cause: Cause, arrange: Arrange, options: SellerOptions = {}): Situation => ({
  cause,
  arrange: async world => {
    const seller = await Seller.of(world, options)
    await arrange(seller, world)
    return seller.console().causes()
  },
})

/** The Amazon user has authorised, and the profiles are fetched. */
const authorised = (cause: Cause, arrange: Arrange, amazonUser?: string): Situation =>
  situation(cause, async (seller, world) => {
    await seller.authorise(amazonUser)
    await seller.advance()
    await arrange(seller, world)
  })

const afterFetch = (cause: Cause, amazonUser?: string): Situation =>
  authorised(cause, async () => undefined, amazonUser)

/** The seller is connected, and the first load has ended. */
const loaded = (
  cause: Cause,
  arrange: (seller: Seller, world: World, id: ConnectionId) => Promise<unknown>,
): Situation =>
  situation(cause, async (seller, world) => {
    const id = await seller.connect()
    await seller.runWorker()
    await arrange(seller, world, id)
  })

export const situations: readonly Situation[] = [
  {
    // Two accounts: the second authorisation doesn't affect the first, not even an hour later.
    cause: 'healthy',
    arrange: async world => {
      const seller = await Seller.of(world, { role: 'manager' })
      const first = await seller.connect()
      await seller.runWorker()
      await seller.connect('three-regions', 'My Store UK')
      await seller.runWorker()
      seller.fakes.clock.advance(hours(2))
      await seller.runWorker()
      return seller.console({ connectionId: first }).causes()
    },
  },
  {
    cause: 'never_connected',
    arrange: async world => (await Seller.of(world)).console().causes(),
  },
  situation('plan_missing', seller => seller.startConnecting().catch(() => undefined), {
    subscription: null,
  }),
  situation('plan_not_full_suite', seller => seller.startConnecting().catch(() => undefined), {
    subscription: aSubscription({ plan: 'listing_tools' }),
  }),
  loaded('plan_lapsed', async seller => {
    const endsAt = after(seller.fakes.clock.now(), hour)
    await seller.fakes.subscriptions.save(seller.user.id, aSubscription({ endsAt }))
    seller.fakes.clock.advance(hours(25))
    await seller.startDueSyncs()
  }),
  situation('consent_cancelled', async seller =>
    seller.returnFromAmazon(await seller.startConnecting(), { decision: 'cancel' }),
  ),
  situation('at_amazon', seller => seller.startConnecting()),
  situation('callback_missing', async seller => {
    await seller.startConnecting()
    seller.fakes.clock.advance(minutes(30))
  }),
  situation('callback_expired', async seller => {
    const url = await seller.startConnecting()
    seller.fakes.clock.advance(minutes(30))
    await seller.returnFromAmazon(url)
  }),
  situation('callback_replayed', async seller =>
    seller.returnFromAmazon(await seller.startConnecting(), { twice: true }),
  ),
  situation('callback_other_browser', async seller =>
    seller.returnFromAmazon(await seller.startConnecting(), { sessionId: anId<SessionId>() }),
  ),
  {
    cause: 'callback_other_user',
    arrange: async world => {
      const seller = await Seller.of(world)
      const other = await Seller.of(world, {}, seller.fakes)
      await seller.returnFromAmazon(await seller.startConnecting(), { userId: other.user.id })
      return other.console().causes()
    },
  },
  situation('callback_signed_out', async seller => seller.returnSignedOut(await seller.startConnecting())),
  situation('callback_state_unknown', async (seller, world) => {
    await new CompleteAuthorisation({ ...seller.fakes, login: world.login }).execute(
      { userId: seller.user.id, sessionId: anId<SessionId>() },
      { state: 'from-an-old-bookmark', code: 'a-code', error: '', description: '' },
    )
  }),
  afterFetch('manager_without_rights', 'manager'),
  afterFetch('no_ads_account', 'none'),
  afterFetch('ads_account_pending', 'ads-pending'),
  afterFetch('ads_account_disabled', 'ads-disabled'),
  afterFetch('no_campaign_yet', 'no-campaign'),
  situation('no_profiles', async (seller, world) => {
    await seller.authorise('none')
    world.injectFault('managerAccounts', '503', 'eu', null)
    await seller.advance().finally(() => world.clearFaults())
  }),
  afterFetch('only_agencies', 'agency-only'),
  afterFetch('region_forbidden', 'suspended'),
  situation('pending_undecryptable', async seller => {
    await seller.authorise()
    const pending = await seller.fakes.pendingConnections.findByUser(seller.user.id)
    if (!pending) throw new Error('nothing is pending')
    const unreadable = new Secret(() => {
      throw new SecretDecryptionError('no key decrypts it')
    })
    await seller.fakes.pendingConnections.put({ ...pending, accessToken: unreadable })
    await seller.advance()
  }),
  afterFetch('choosing'),
  authorised('pending_expired', async seller => {
    seller.fakes.clock.advance(hour)
    await seller.expire()
  }),
  authorised('pending_discarded', seller => seller.discard()),
  authorised('profile_not_eligible', seller => seller.choose('Bright Agency'), 'vendor-and-agency'),
  authorised('profile_not_listed', seller => seller.choose('', { profileId: '12345678' })),
  authorised('picker_outdated', seller => seller.choose('My Store US', { pendingId: anId() as never })),
  loaded('blocked_by_limit', async seller => {
    await seller.authorise()
    await seller.advance()
    await seller.choose('My Store UK')
  }),
  // The pending connection has expired, but the limit still applies on the next visit.
  loaded('blocked_by_limit', async seller => {
    await seller.authorise()
    await seller.advance()
    await seller.choose('My Store UK')
    seller.fakes.clock.advance(hour)
    await seller.expire()
  }),
  situation('wrong_amazon_account', async seller => {
    const id = await seller.connect()
    await seller.authorise('lossy-ids', id)
    await seller.advance()
  }),
  situation('other_amazon_account', async seller => {
    const id = await seller.connect('us-seller', 'My Brand US')
    await seller.authorise('us-colleague', id)
    await seller.advance()
  }),
  situation('grant_revoked', async (seller, world) => {
    await seller.connect('us-seller', 'My Brand US')
    world.sandbox.controls.revoke('us-seller', { accessTokensToo: true })
    await seller.runWorker()
  }),
  situation('consent_expired', async (seller, world) => {
    // Consents given at this date expire after a year; earlier ones may last until revoked.
    seller.fakes.clock.set(new Date('2026-09-01T12:00:00Z'))
    await seller.connect('us-colleague', 'My Brand US')
    await seller.runWorker()
    seller.fakes.clock.advance(hours(365 * 24))
    world.sandbox.controls.revoke('us-colleague', { accessTokensToo: true })
    await seller.startDueSyncs()
    await seller.runWorker()
  }),
  situation('profile_access_lost', async seller => {
    await seller.connect()
    await seller.loseProfileAccess()
    await seller.runWorker()
  }),
  situation('marked_unauthorised', async seller => {
    await seller.connect()
    await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(0.1)) })
    await seller.markUnauthorisedByStaff()
    await seller.runWorker()
  }),
  {
    cause: 'worker_down',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      seller.fakes.clock.advance(minutes(5))
      return seller.console({ isAlive: false }).causes()
    },
  },
  situation('queue_delayed', async seller => {
    await seller.connect()
    seller.fakes.clock.advance(minutes(5))
  }),
  // The sync is late, but not because of our workers.
  situation('amazon_unreachable', async seller => {
    const connectionId = await seller.connect()
    await seller.runWorker()
    const { clock, rateLimiter } = seller.fakes
    clock.advance(hours(26))
    for (let call = 0; call < 6; call += 1)
      await rateLimiter.recordOutcome('na', 'unanswered', aCaller({ connectionId }), clock.now())
    await seller.startDueSyncs()
  }),
  // The sync is late, but not because of our workers.
  loaded('throttled', async seller => {
    const { clock, rateLimiter } = seller.fakes
    clock.advance(hours(26))
    for (let call = 0; call < 1700; call += 1)
      await rateLimiter.tryAcquire(
        'na',
        'report_request',
        { id: anId<ReportId>(), isInteractive: false },
        clock.now(),
      )
    await seller.startDueSyncs()
  }),
  situation('database_down', async seller => {
    await seller.connect()
    seller.fakes.loader.meanwhile = async () => {
      throw new StorageOutage('the database does not answer')
    }
    await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(1)) })
  }),
  situation('internal_error', async seller => {
    await seller.connect()
    seller.fakes.loader.meanwhile = async () => {
      throw new TypeError('undefined is not a function')
    }
    await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(10)) })
  }),
  {
    // A status that neither Amazon's documentation nor the sandbox has.
    cause: 'refused_by_amazon',
    arrange: async world => {
      const seller = await Seller.of({ ...world, reports: new RejectingReports() })
      await seller.connect()
      await seller.runWorker()
      return seller.console().causes()
    },
  },
  situation('amazon_slow', async (seller, world) => {
    world.sandbox.controls.set({ generationSeconds: { min: 7200, max: 7200 } })
    await seller.connect()
    await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(30)) })
  }),
  situation('loading', async seller => {
    await seller.connect()
    await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(0.1)) })
  }),
  loaded('healthy', async () => undefined),
  loaded('figures_mismatch', async seller => {
    const { facts } = seller.fakes.loader
    const [key, rows] = facts.entries().find(([, rows]) => rows.length > 0) ?? []
    if (!key || !rows) throw new Error('nothing was loaded')
    facts.set(key, rows.slice(1))
    await seller.reconcile()
  }),
  situation('no_ad_activity', async seller => {
    await seller.connect('empty', 'Quiet Brand US')
    await seller.runWorker()
  }),
  // Empty so far, but one missing file may have rows.
  situation('loading', async (seller, world) => {
    world.sandbox.controls.set({ stuckReports: { spTargeting: 1 } })
    await seller.connect('empty', 'Quiet Brand US')
    await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(2)) })
  }),
  situation('brand_ads_empty', async seller => {
    await seller.connect('three-regions', 'My Store IN')
    await seller.runWorker()
  }),
  loaded('email_failed', async (seller, _world, id) => {
    await seller.disconnect(id)
    await seller.connect()
    await seller.runWorker()
    seller.fakes.mailer.sendError = new EmailRejected('550')
    seller.fakes.clock.advance(hour)
    await seller.runWorker()
    await seller.sendEmails()
  }),
  situation('sync_cancelled', async seller => {
    const id = await seller.connect()
    const { syncRuns, clock, unitOfWork } = seller.fakes
    const cancelled = { error: 'cancelled', detail: null } as const
    await unitOfWork.transaction(() => syncRuns.failOpenReports(id, cancelled, clock.now()))
  }),
  loaded('page_failed', async seller => {
    const failed = { userId: seller.user.id, requestId: anId(), page: 'GET /dashboard/ads/' }
    await new RecordPageFailure(seller.fakes).execute(failed)
  }),
  loaded('disconnected', (seller, _world, id) => seller.disconnect(id)),
  {
    cause: 'replaced',
    arrange: async world => {
      const seller = await Seller.of(world)
      const id = await seller.connect()
      await seller.runWorker()
      await seller.authorise()
      await seller.advance()
      await seller.choose('My Store UK', { replace: id })
      return seller.console({ connectionId: id }).causes()
    },
  },
  loaded('erased', async (seller, _world, id) => {
    await seller.disconnect(id)
    await seller.eraseAll(id)
  }),
]
