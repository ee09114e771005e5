import { randomUUID } from 'node:crypto'
import type { Fault } from '../sandbox/faults/names.ts'
import { type CaseActionRequest, PerformCaseAction } from '../src/admin/cases/perform-case-action.ts'
import { TestConnection } from '../src/admin/cases/test-connection.ts'
import { ChangeSupportRequestStatus } from '../src/admin/requests/change-support-request-status.ts'
import { CommentOnSupportRequest } from '../src/admin/requests/comment-on-support-request.ts'
import { SendConnectLink } from '../src/admin/users/send-connect-link.ts'
import { ApplySubscriptionEvent } from '../src/application/access/apply-subscription-event.ts'
import { CreateUser } from '../src/application/access/create-user.ts'
import { Passwords, StoredPasswords } from '../src/application/access/ports.ts'
import { AdvancePendingConnection } from '../src/application/connection/advance-pending-connection.ts'
import { CompleteAuthorisation } from '../src/application/connection/authorisation/complete-authorisation.ts'
import { StartAuthorisation } from '../src/application/connection/authorisation/start-authorisation.ts'
import { ChooseProfile } from '../src/application/connection/choose-profile.ts'
import { Disconnect } from '../src/application/connection/disconnect.ts'
import { EndPendingConnection } from '../src/application/connection/end-pending-connection.ts'
import { Connections, PendingConnections } from '../src/application/connection/ports.ts'
import { RequestErasure } from '../src/application/connection/request-erasure.ts'
import { RecordPageFailure } from '../src/application/help/record-page-failure.ts'
import { SubmitSupportRequest } from '../src/application/help/submit-support-request.ts'
import { demoPassword } from '../src/commands/start/demo-users.ts'
import { ActionNotPossible } from '../src/domain/access/staff-action.ts'
import type { Subscription } from '../src/domain/access/subscription.ts'
import type { Role } from '../src/domain/access/user.ts'
import { after } from '../src/domain/calendar.ts'
import { listedProfiles } from '../src/domain/connection/pending-connection.ts'
import type {
  ConnectionId,
  FormSubmissionId,
  ProfileId,
  SessionId,
  SubscriptionEventId,
  SupportRequestId,
  UserId,
} from '../src/domain/identifiers.ts'
import { marketplaceName } from '../src/domain/profile/marketplace.ts'
import { type AdvertisingProfile, ineligibility } from '../src/domain/profile/profile.ts'
import { Secret } from '../src/domain/secret.ts'
import { decideAtAmazon } from './consent.ts'
import { agentOrigin, type DemoContext } from './demo-product.ts'

export interface Identity {
  readonly name: string
  readonly email: string
  /** A user of the sandbox. */
  readonly amazonUser: string
  readonly role: Role
  readonly subscription: Subscription | null
}

const newId = <Id extends string>(): Id => randomUUID() as string as Id

/** Acts through the use cases, as the pages do. */
export class Seller {
  readonly context: DemoContext
  readonly id: UserId
  readonly identity: Identity
  readonly #session = newId<SessionId>()
  #atAmazon: string | null = null
  #connectionId: ConnectionId | null = null
  #request: SupportRequestId | null = null

  private constructor(context: DemoContext, id: UserId, identity: Identity) {
    this.context = context
    this.id = id
    this.identity = identity
  }

  /** Signs up with the demo password and a subscription. */
  static async join(context: DemoContext, identity: Identity): Promise<Seller> {
    const { container } = context
    const { name, email, role, subscription } = identity
    const added = await container.get(CreateUser).execute({ name, email, role })
    if (added === 'email_already_registered') throw new Error(`${email} is there already`)
    // The rules for passwords reject the demo password.
    const hash = await container.get(Passwords).hash(new Secret(demoPassword))
    await container.get(StoredPasswords).save(added.user.id, hash)
    const seller = new Seller(context, added.user.id, identity)
    if (subscription) await seller.subscribe(subscription)
    return seller
  }

  get #by() {
    return { userId: this.id, sessionId: this.#session }
  }

  get connectionId(): ConnectionId {
    if (!this.#connectionId) throw new Error(`${this.identity.email} has connected nothing`)
    return this.#connectionId
  }

  /** Ends the subscription in the given time. */
  async endSubscription(inMilliseconds: number): Promise<void> {
    const { subscription } = this.identity
    const endsAt = after(this.context.clock.now(), inMilliseconds)
    if (subscription) await this.subscribe({ ...subscription, endsAt })
  }

  async subscribe(subscription: Subscription): Promise<void> {
    const { container, clock } = this.context
    const about = { email: this.identity.email }
    const event = {
      id: newId<SubscriptionEventId>(),
      source: 'billing',
      occurredAt: clock.now(),
      about,
      subscription,
    } as const
    await container.get(ApplySubscriptionEvent).execute(event)
  }

  /** Starts an authorisation; no effect when the plan doesn't allow it. */
  async startConnecting(reauthorisedConnectionId: ConnectionId | null = null): Promise<void> {
    const begin = this.context.container.get(StartAuthorisation)
    const begun = await begin
      .execute({ ...this.#by, region: 'na', reauthorisedConnectionId })
      .catch(() => null)
    this.#atAmazon = begun?.url ?? null
  }

  async returnFromAmazon(
    how: {
      readonly as?: string
      readonly decision?: 'allow' | 'cancel'
      readonly otherBrowser?: boolean
      readonly signedOut?: boolean
      /** Amazon's faults during the callback. */
      readonly fault?: Pick<Fault, 'call' | 'fault'> & { readonly region?: 'NA' | 'EU' | 'FE' }
    } = {},
  ): Promise<void> {
    if (!this.#atAmazon) throw new Error(`${this.identity.email} may not connect`)
    const { as = this.identity.amazonUser, decision = 'allow' } = how
    const oAuthCallback = await decideAtAmazon(this.#atAmazon, { as, decision })
    if (how.fault) this.context.amazon.add({ region: null, times: null, ...how.fault })
    const complete = this.context.container.get(CompleteAuthorisation)
    if (how.signedOut) return void (await complete.recordSignedOut(oAuthCallback))
    const by = how.otherBrowser ? { ...this.#by, sessionId: newId<SessionId>() } : this.#by
    const { outcome } = await complete.execute(by, oAuthCallback)
    if (outcome === 'authorised')
      await this.context.container.get(AdvancePendingConnection).execute(by, new AbortController().signal)
    if (how.fault) this.context.amazon.fix()
  }

  async authorise(as?: string, reauthorisedConnectionId: ConnectionId | null = null): Promise<void> {
    await this.startConnecting(reauthorisedConnectionId)
    await this.returnFromAmazon(as ? { as } : {})
  }

  /**
   * Chooses the first selectable profile, optionally in a country, or an agency's profile.
   * @returns false on a domain error, which the timeline shows.
   */
  async choose(
    its: { readonly country?: string; readonly agency?: boolean; readonly replaces?: boolean } = {},
  ): Promise<boolean> {
    const pending = await this.context.container.get(PendingConnections).findByUser(this.id)
    if (!pending) throw new Error(`${this.identity.email} sees no picker`)
    const fitting = listedProfiles(pending.regionResults).find(
      profile =>
        (its.agency ? ineligibility(profile) === 'agency' : ineligibility(profile) === null) &&
        (its.country === undefined || profile.country === its.country),
    )
    const chosen = await this.context.container
      .get(ChooseProfile)
      .execute({
        ...this.#by,
        profileId: fitting?.id ?? ('0' as ProfileId),
        replace: its.replaces ? this.#connectionId : null,
        pendingId: pending.id,
        confirmedUserId: null,
        reauthorisedConnectionId: null,
      })
      .catch(() => null)
    if (!chosen || !('connectionId' in chosen)) return false
    this.#connectionId = chosen.connectionId
    return true
  }

  async connect(its: { readonly as?: string; readonly country?: string } = {}): Promise<void> {
    await this.authorise(its.as)
    const isChosen = await this.choose(its.country === undefined ? {} : { country: its.country })
    if (!isChosen) throw new Error(`${this.identity.email} could not connect`)
  }

  async reauthorise(as?: string): Promise<void> {
    await this.authorise(as, this.connectionId)
  }

  async #profile(): Promise<AdvertisingProfile> {
    const connection = await this.context.container.get(Connections).find(this.connectionId)
    if (!connection || !('profile' in connection)) throw new Error('nothing is connected')
    return connection.profile
  }

  /** Adds a fault for this seller's reports, permanently or for a number of calls. */
  async addReportFault(
    its: Omit<Fault, 'region' | 'times' | 'profileId'> & { readonly times?: number },
  ): Promise<void> {
    const { id: profileId } = await this.#profile()
    this.context.amazon.add({ times: null, ...its, region: null, profileId })
  }

  /** The next reports of these types, by Amazon's names, never finish. */
  async letReportsNeverFinish(reportTypes: readonly string[]): Promise<void> {
    const { amazon, worker } = this.context
    // Only this seller's reports are due now.
    amazon.set({ stuckReports: Object.fromEntries(reportTypes.map(type => [type, 1])) })
    await worker.processDueReports()
    amazon.set({ stuckReports: {} })
  }

  async revokeAtAmazon(): Promise<void> {
    this.context.amazon.revoke(this.identity.amazonUser)
  }

  async loseProfileAccess(): Promise<void> {
    const { id } = await this.#profile()
    this.context.amazon.loseProfile(id)
  }

  async discard(): Promise<void> {
    await this.context.container.get(EndPendingConnection).discard(this.id, null)
  }

  async disconnect(): Promise<void> {
    const request = { userId: this.id, connectionId: this.connectionId, erasesData: false }
    await this.context.container.get(Disconnect).execute(request)
  }

  async erase(): Promise<void> {
    await this.context.container
      .get(RequestErasure)
      .execute({ userId: this.id, connectionId: this.connectionId })
  }

  async recordPageFailure(page: string): Promise<void> {
    const failed = { userId: this.id, requestId: randomUUID(), page }
    await this.context.container.get(RecordPageFailure).execute(failed)
  }

  async contactSupport(message: string): Promise<void> {
    const about = this.#connectionId
    const marketplace = about ? marketplaceName((await this.#profile()).country) : ''
    const text = { message, amazonEmail: '', marketplace }
    const form = newId<FormSubmissionId>()
    const page = '/dashboard/ads/'
    const submission = { userId: this.id, form, about, text, page, reference: '' }
    this.#request = await this.context.container.get(SubmitSupportRequest).execute(submission)
  }

  get #requestId(): SupportRequestId {
    if (!this.#request) throw new Error(`${this.identity.email} has asked nothing`)
    return this.#request
  }

  async getReply(text: string): Promise<void> {
    const { container, agent: by } = this.context
    const comment = { by, requestId: this.#requestId, form: newId<FormSubmissionId>(), text }
    await container.get(CommentOnSupportRequest).execute({ ...comment, kind: 'reply' })
  }

  async getRequestSolved(): Promise<void> {
    const { container, agent: by } = this.context
    await container
      .get(ChangeSupportRequestStatus)
      .execute({ by, requestId: this.#requestId, state: 'solved' })
  }

  async getCaseAction(actionRequest: CaseActionRequest, reason: string): Promise<void> {
    const { container, agent } = this.context
    const key = { userId: this.id, connectionId: this.#connectionId }
    await container
      .get(PerformCaseAction)
      .execute({ by: agent, key, actionRequest, reason, from: agentOrigin })
  }

  /** A daily sync may already be in progress; its result is the same. */
  async getSyncNow(reason: string): Promise<void> {
    await this.getCaseAction({ action: 'sync_now' }, reason).catch(error => {
      if (!(error instanceof ActionNotPossible)) throw error
    })
  }

  async getConnectionTested(reason: string): Promise<void> {
    const { container, agent } = this.context
    const key = { userId: this.id, connectionId: this.#connectionId }
    await container.get(TestConnection).execute({ by: agent, key, reason, from: agentOrigin })
  }

  async getConnectLink(reason: string): Promise<void> {
    const { container, agent } = this.context
    await container.get(SendConnectLink).execute({ by: agent, userId: this.id, reason, from: agentOrigin })
  }
}
