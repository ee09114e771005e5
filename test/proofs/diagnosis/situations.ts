import type { Cause } from '../../../src/admin/diagnosis/causes.ts'
import { RecordPageFailure } from '../../../src/application/access/record-page-failure.ts'
import { amazonRejection } from '../../../src/application/amazon-failure.ts'
import { CompleteAuthorisation } from '../../../src/application/connection/authorisation/complete-authorisation.ts'
import { EmailRejected } from '../../../src/application/email/ports.ts'
import { after, hours, minutes } from '../../../src/domain/calendar.ts'
import type { ReportId, SessionId } from '../../../src/domain/identifiers.ts'
import { Secret, SecretDecryptionError } from '../../../src/domain/secret.ts'
import { anId, aSubscription } from '../../support/examples.ts'
import { FakeAdvertisingReports } from '../../support/fakes/advertising-reports.ts'
import { FakeUnitOfWork, StorageOutage } from '../../support/fakes/kernel.ts'
import type { World } from '../faults/driver/world.ts'
import { Seller } from './seller.ts'

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

/** The Amazon user that authorises has no listed profile. */
const emptyProfileList = (cause: Cause, amazonUser: string): Situation => ({
  cause,
  arrange: async world => {
    const seller = await Seller.of(world)
    await seller.authorise(amazonUser)
    await seller.advance()
    return seller.console().causes()
  },
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
  {
    cause: 'plan_missing',
    arrange: async world => {
      const seller = await Seller.of(world, { subscription: null })
      await seller.startConnecting().catch(() => undefined)
      return seller.console().causes()
    },
  },
  {
    cause: 'plan_not_full_suite',
    arrange: async world => {
      const seller = await Seller.of(world, { subscription: aSubscription({ plan: 'listing_tools' }) })
      await seller.startConnecting().catch(() => undefined)
      return seller.console().causes()
    },
  },
  {
    cause: 'plan_lapsed',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      await seller.runWorker()
      const endsAt = after(seller.fakes.clock.now(), hour)
      await seller.fakes.subscriptions.save(seller.user.id, aSubscription({ endsAt }))
      seller.fakes.clock.advance(hours(25))
      await seller.startDueSyncs()
      return seller.console().causes()
    },
  },
  {
    cause: 'consent_cancelled',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.returnFromAmazon(await seller.startConnecting(), { decision: 'cancel' })
      return seller.console().causes()
    },
  },
  {
    cause: 'at_amazon',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.startConnecting()
      return seller.console().causes()
    },
  },
  {
    cause: 'callback_missing',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.startConnecting()
      seller.fakes.clock.advance(minutes(30))
      return seller.console().causes()
    },
  },
  {
    cause: 'callback_expired',
    arrange: async world => {
      const seller = await Seller.of(world)
      const url = await seller.startConnecting()
      seller.fakes.clock.advance(minutes(30))
      await seller.returnFromAmazon(url)
      return seller.console().causes()
    },
  },
  {
    cause: 'callback_replayed',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.returnFromAmazon(await seller.startConnecting(), { twice: true })
      return seller.console().causes()
    },
  },
  {
    cause: 'callback_other_browser',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.returnFromAmazon(await seller.startConnecting(), { sessionId: anId<SessionId>() })
      return seller.console().causes()
    },
  },
  {
    cause: 'callback_other_user',
    arrange: async world => {
      const seller = await Seller.of(world)
      const other = await Seller.of(world, {}, seller.fakes)
      await seller.returnFromAmazon(await seller.startConnecting(), { userId: other.user.id })
      return other.console().causes()
    },
  },
  {
    cause: 'callback_signed_out',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.returnSignedOut(await seller.startConnecting())
      return seller.console().causes()
    },
  },
  {
    cause: 'callback_state_unknown',
    arrange: async world => {
      const seller = await Seller.of(world)
      await new CompleteAuthorisation({ ...seller.fakes, login: world.login }).execute(
        { userId: seller.user.id, sessionId: anId<SessionId>() },
        { state: 'from-an-old-bookmark', code: 'a-code', error: '', description: '' },
      )
      return seller.console().causes()
    },
  },
  emptyProfileList('manager_without_rights', 'manager'),
  emptyProfileList('no_ads_account', 'none'),
  emptyProfileList('ads_account_pending', 'ads-pending'),
  emptyProfileList('ads_account_disabled', 'ads-disabled'),
  emptyProfileList('no_campaign_yet', 'no-campaign'),
  {
    cause: 'no_profiles',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.authorise('none')
      world.injectFault('managerAccounts', '503', 'eu', null)
      await seller.advance().finally(() => world.clearFaults())
      return seller.console().causes()
    },
  },
  {
    cause: 'only_agencies',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.authorise('agency-only')
      await seller.advance()
      return seller.console().causes()
    },
  },
  {
    cause: 'region_forbidden',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.authorise('suspended')
      await seller.advance()
      return seller.console().causes()
    },
  },
  {
    cause: 'pending_undecryptable',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.authorise()
      const pending = await seller.fakes.pendingConnections.findByUser(seller.user.id)
      if (!pending) throw new Error('nothing is pending')
      const unreadable = new Secret(() => {
        throw new SecretDecryptionError('no key decrypts it')
      })
      await seller.fakes.pendingConnections.put({ ...pending, accessToken: unreadable })
      await seller.advance()
      return seller.console().causes()
    },
  },
  {
    cause: 'choosing',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.authorise()
      await seller.advance()
      return seller.console().causes()
    },
  },
  {
    cause: 'pending_expired',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.authorise()
      await seller.advance()
      seller.fakes.clock.advance(hour)
      await seller.expire()
      return seller.console().causes()
    },
  },
  {
    cause: 'pending_discarded',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.authorise()
      await seller.advance()
      await seller.discard()
      return seller.console().causes()
    },
  },
  {
    cause: 'profile_not_eligible',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.authorise('vendor-and-agency')
      await seller.advance()
      await seller.choose('Bright Agency')
      return seller.console().causes()
    },
  },
  {
    cause: 'profile_not_listed',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.authorise()
      await seller.advance()
      await seller.choose('', { profileId: '12345678' })
      return seller.console().causes()
    },
  },
  {
    cause: 'picker_outdated',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.authorise()
      await seller.advance()
      await seller.choose('My Store US', { pendingId: anId() as never })
      return seller.console().causes()
    },
  },
  {
    cause: 'blocked_by_limit',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      await seller.runWorker()
      await seller.authorise()
      await seller.advance()
      await seller.choose('My Store UK')
      return seller.console().causes()
    },
  },
  {
    // The pending connection has expired, but the limit still applies on the next visit.
    cause: 'blocked_by_limit',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      await seller.runWorker()
      await seller.authorise()
      await seller.advance()
      await seller.choose('My Store UK')
      seller.fakes.clock.advance(hour)
      await seller.expire()
      return seller.console().causes()
    },
  },
  {
    cause: 'wrong_amazon_account',
    arrange: async world => {
      const seller = await Seller.of(world)
      const id = await seller.connect()
      await seller.authorise('lossy-ids', id)
      await seller.advance()
      return seller.console().causes()
    },
  },
  {
    cause: 'other_amazon_account',
    arrange: async world => {
      const seller = await Seller.of(world)
      const id = await seller.connect('us-seller', 'My Brand US')
      await seller.authorise('us-colleague', id)
      await seller.advance()
      return seller.console().causes()
    },
  },
  {
    cause: 'grant_revoked',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect('us-seller', 'My Brand US')
      world.sandbox.controls.revoke('us-seller', { accessTokensToo: true })
      await seller.runWorker()
      return seller.console().causes()
    },
  },
  {
    cause: 'consent_expired',
    arrange: async world => {
      const seller = await Seller.of(world)
      // Consents given at this date expire after a year; earlier ones may last until revoked.
      seller.fakes.clock.set(new Date('2026-09-01T12:00:00Z'))
      await seller.connect('us-colleague', 'My Brand US')
      await seller.runWorker()
      seller.fakes.clock.advance(hours(365 * 24))
      world.sandbox.controls.revoke('us-colleague', { accessTokensToo: true })
      await seller.startDueSyncs()
      await seller.runWorker()
      return seller.console().causes()
    },
  },
  {
    cause: 'marked_unauthorised',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(0.1)) })
      await seller.markUnauthorisedByStaff()
      await seller.runWorker()
      return seller.console().causes()
    },
  },
  {
    cause: 'worker_down',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      seller.fakes.clock.advance(minutes(5))
      return seller.console({ isAlive: false }).causes()
    },
  },
  {
    cause: 'queue_delayed',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      seller.fakes.clock.advance(minutes(5))
      return seller.console().causes()
    },
  },
  {
    // The sync is late, but not because of our workers.
    cause: 'amazon_unreachable',
    arrange: async world => {
      const seller = await Seller.of(world)
      const connectionId = await seller.connect()
      await seller.runWorker()
      const { clock, rateLimiter } = seller.fakes
      clock.advance(hours(26))
      for (let call = 0; call < 6; call += 1)
        await rateLimiter.recordOutcome(
          'na',
          'unanswered',
          { reportId: anId<ReportId>(), connectionId },
          clock.now(),
        )
      await seller.startDueSyncs()
      return seller.console().causes()
    },
  },
  {
    // The sync is late, but not because of our workers.
    cause: 'throttled',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      await seller.runWorker()
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
      return seller.console().causes()
    },
  },
  {
    cause: 'database_down',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      seller.fakes.loader.meanwhile = async () => {
        throw new StorageOutage('the database does not answer')
      }
      await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(1)) })
      return seller.console().causes()
    },
  },
  {
    cause: 'internal_error',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      seller.fakes.loader.meanwhile = async () => {
        throw new TypeError('undefined is not a function')
      }
      await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(10)) })
      return seller.console().causes()
    },
  },
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
  {
    cause: 'amazon_slow',
    arrange: async world => {
      const seller = await Seller.of(world)
      world.sandbox.controls.set({ generationSeconds: { min: 7200, max: 7200 } })
      await seller.connect()
      await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(30)) })
      return seller.console().causes()
    },
  },
  {
    cause: 'loading',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(0.1)) })
      return seller.console().causes()
    },
  },
  {
    cause: 'healthy',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      await seller.runWorker()
      return seller.console().causes()
    },
  },
  {
    cause: 'figures_mismatch',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      await seller.runWorker()
      const { facts } = seller.fakes.loader
      const [key, rows] = facts.entries().find(([, rows]) => rows.length > 0) ?? []
      if (!key || !rows) throw new Error('nothing was loaded')
      facts.set(key, rows.slice(1))
      await seller.reconcile()
      return seller.console().causes()
    },
  },
  {
    cause: 'no_ad_activity',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect('empty', 'Quiet Brand US')
      await seller.runWorker()
      return seller.console().causes()
    },
  },
  {
    // Empty so far, but one missing file may have rows.
    cause: 'loading',
    arrange: async world => {
      const seller = await Seller.of(world)
      world.sandbox.controls.set({ stuckReports: { spTargeting: 1 } })
      await seller.connect('empty', 'Quiet Brand US')
      await seller.runWorker({ until: after(seller.fakes.clock.now(), minutes(2)) })
      return seller.console().causes()
    },
  },
  {
    cause: 'brand_ads_empty',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect('three-regions', 'My Store IN')
      await seller.runWorker()
      return seller.console().causes()
    },
  },
  {
    cause: 'email_failed',
    arrange: async world => {
      const seller = await Seller.of(world)
      const id = await seller.connect()
      await seller.runWorker()
      await seller.disconnect(id)
      await seller.connect()
      await seller.runWorker()
      seller.fakes.mailer.sendError = new EmailRejected('550')
      seller.fakes.clock.advance(hour)
      await seller.runWorker()
      await seller.sendEmails()
      return seller.console().causes()
    },
  },
  {
    cause: 'sync_cancelled',
    arrange: async world => {
      const seller = await Seller.of(world)
      const id = await seller.connect()
      const { syncRuns, clock, unitOfWork } = seller.fakes
      const cancelled = { error: 'cancelled', detail: null } as const
      await unitOfWork.transaction(() => syncRuns.failOpenReports(id, cancelled, clock.now()))
      return seller.console().causes()
    },
  },
  {
    cause: 'page_failed',
    arrange: async world => {
      const seller = await Seller.of(world)
      await seller.connect()
      await seller.runWorker()
      const failed = { userId: seller.user.id, requestId: anId(), page: 'GET /dashboard/ads/' }
      await new RecordPageFailure(seller.fakes).execute(failed)
      return seller.console().causes()
    },
  },
  {
    cause: 'disconnected',
    arrange: async world => {
      const seller = await Seller.of(world)
      const id = await seller.connect()
      await seller.runWorker()
      await seller.disconnect(id)
      return seller.console().causes()
    },
  },
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
  {
    cause: 'erased',
    arrange: async world => {
      const seller = await Seller.of(world)
      const id = await seller.connect()
      await seller.runWorker()
      await seller.disconnect(id)
      await seller.eraseAll(id)
      return seller.console().causes()
    },
  },
]
