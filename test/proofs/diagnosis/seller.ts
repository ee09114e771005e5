import { setTimeout as sleep } from 'node:timers/promises'
import { PerformCaseAction } from '../../../src/admin/cases/perform-case-action.ts'
import { AdvancePendingConnection } from '../../../src/application/connection/advance-pending-connection.ts'
import { CompleteAuthorisation } from '../../../src/application/connection/authorisation/complete-authorisation.ts'
import { ConfirmProfileLoss } from '../../../src/application/connection/authorisation/confirm-profile-loss.ts'
import {
  GetAccessToken,
  RecordAuthorisationLoss,
} from '../../../src/application/connection/authorisation/get-access-token.ts'
import { StartAuthorisation } from '../../../src/application/connection/authorisation/start-authorisation.ts'
import { ChooseProfile } from '../../../src/application/connection/choose-profile.ts'
import { Disconnect } from '../../../src/application/connection/disconnect.ts'
import { EndPendingConnection } from '../../../src/application/connection/end-pending-connection.ts'
import { EraseConnections } from '../../../src/application/connection/erase-connections.ts'
import { FetchProfiles } from '../../../src/application/connection/fetch-profiles.ts'
import { RequestErasure } from '../../../src/application/connection/request-erasure.ts'
import { StartDueSyncs } from '../../../src/application/connection/start-due-syncs.ts'
import { SendEmails } from '../../../src/application/email/send-emails.ts'
import { ControlSync } from '../../../src/application/ingestion/control-sync.ts'
import { ReconcileFigures } from '../../../src/application/ingestion/reconcile-figures.ts'
import { AdvanceReport } from '../../../src/application/ingestion/report/advance-report.ts'
import { ConnectionAccess } from '../../../src/composition/bridges/connection-access.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import type { User } from '../../../src/domain/access/user.ts'
import { after, hours } from '../../../src/domain/calendar.ts'
import { listedProfiles } from '../../../src/domain/connection/pending-connection.ts'
import type { ConnectionId, ProfileId, SessionId, UserId } from '../../../src/domain/identifiers.ts'
import { definitionOf } from '../../../src/domain/ingestion/catalogue.ts'
import { profileName } from '../../../src/domain/profile/profile.ts'
import type { Region } from '../../../src/domain/profile/region.ts'
import { anId, anOrigin, aRequestedReport, aRun, aSubscription, aUser } from '../../support/examples.ts'
import { FakeAuditLog } from '../../support/fakes/access/audit-log.ts'
import type { Fakes } from '../../support/fakes/open.ts'
import { decide } from '../faults/driver/browser.ts'
import { consoleOf } from '../faults/driver/console.ts'
import type { World } from '../faults/driver/world.ts'

/** More rounds than any retry policy needs. */
const maxRounds = 400

export interface SellerOptions {
  readonly subscription?: Subscription | null
  readonly role?: User['role']
}

/** A seller who goes from *Connect* to the figures, through the use cases and the real adapters. */
export class Seller {
  readonly fakes: Fakes
  readonly user: User
  readonly #world: World
  readonly #session: SessionId = anId<SessionId>()
  readonly #connections = new Set<ConnectionId>()

  constructor(world: World, fakes: Fakes, user: User) {
    this.#world = world
    this.fakes = fakes
    this.user = user
  }

  static async of(
    world: World,
    { subscription = aSubscription(), role = 'seller' }: SellerOptions = {},
    fakes?: Fakes,
  ): Promise<Seller> {
    const stores = fakes ?? (await world.begin())
    const user = aUser({ role })
    stores.users.add(user, { subscription })
    return new Seller(world, stores, user)
  }

  get #deps() {
    const { login, directory, reports } = this.#world
    const { fakes } = this
    const endPendingConnection = new EndPendingConnection(fakes)
    const fetchProfiles = new FetchProfiles({ ...fakes, endPendingConnection, login, profiles: directory })
    const getAccessToken = new GetAccessToken({ ...fakes, login })
    const recordAuthorisationLoss = new RecordAuthorisationLoss(fakes)
    const losses = { ...fakes, profiles: directory, getAccessToken, recordAuthorisationLoss }
    const access = new ConnectionAccess(
      getAccessToken,
      recordAuthorisationLoss,
      new ConfirmProfileLoss(losses),
    )
    return { ...fakes, endPendingConnection, fetchProfiles, login, profiles: directory, reports, access }
  }

  get #actor() {
    return { userId: this.user.id, sessionId: this.#session }
  }

  async startConnecting(
    options: { region?: Region; reauthorisedConnectionId?: ConnectionId } = {},
  ): Promise<string> {
    const { region = 'na', reauthorisedConnectionId = null } = options
    return (
      await new StartAuthorisation(this.#deps).execute({ ...this.#actor, region, reauthorisedConnectionId })
    ).url
  }

  /** Completes the callback, optionally as another user or in another browser. */
  async returnFromAmazon(
    url: string,
    options: {
      as?: string
      decision?: 'allow' | 'cancel'
      userId?: UserId
      sessionId?: SessionId
      twice?: boolean
      state?: string
    } = {},
  ) {
    const { as = 'three-regions', decision = 'allow', state } = options
    const oAuthCallback = await decide(url, decision, as)
    const complete = new CompleteAuthorisation(this.#deps)
    const actor = { userId: options.userId ?? this.user.id, sessionId: options.sessionId ?? this.#session }
    const result = await complete.execute(
      actor,
      state === undefined ? oAuthCallback : { ...oAuthCallback, state },
    )
    if (options.twice) await complete.execute(actor, oAuthCallback)
    return result
  }

  async returnSignedOut(url: string): Promise<void> {
    await new CompleteAuthorisation(this.#deps).recordSignedOut(await decide(url))
  }

  async authorise(as = 'three-regions', reauthorisedConnectionId?: ConnectionId): Promise<void> {
    await this.returnFromAmazon(
      await this.startConnecting(reauthorisedConnectionId ? { reauthorisedConnectionId } : {}),
      { as },
    )
  }

  /** What the callback does after the authorisation. */
  advance() {
    const chooseProfile = new ChooseProfile(this.#deps)
    const advance = new AdvancePendingConnection({ ...this.#deps, chooseProfile })
    return advance.execute(this.#actor, new AbortController().signal)
  }

  /** Returns a domain error instead of throwing it; the timeline has it, too. */
  async choose(
    name: string,
    options: { profileId?: string; pendingId?: never; replace?: ConnectionId } = {},
  ) {
    const pending = await this.fakes.pendingConnections.findByUser(this.user.id)
    const profile = pending && listedProfiles(pending.regionResults).find(each => profileName(each) === name)
    const chosen = await new ChooseProfile(this.#deps)
      .execute({
        ...this.#actor,
        profileId: (options.profileId ?? profile?.id ?? '0') as ProfileId,
        replace: options.replace ?? null,
        pendingId: options.pendingId ?? pending?.id ?? null,
        confirmedUserId: null,
        reauthorisedConnectionId: null,
      })
      .catch(error => ({ outcome: 'refused' as const, error }))
    if ('connectionId' in chosen) {
      this.#connections.add(chosen.connectionId)
      // The minute of a daily sync follows from the random connection id; no sync may happen to be due here.
      await this.fakes.syncSchedule.schedule(chosen.connectionId, after(this.fakes.clock.now(), hours(24)))
    }
    return chosen
  }

  async connect(as = 'three-regions', name = 'My Store US'): Promise<ConnectionId> {
    await this.authorise(as)
    await this.advance()
    const chosen = await this.choose(name)
    if (!('connectionId' in chosen)) throw new Error(`${name} is not connected: ${chosen.outcome}`)
    return chosen.connectionId
  }

  /** Runs due work in rounds, daily syncs included; moves the clock to each next due time. */
  async runWorker({ until }: { until?: Date } = {}): Promise<void> {
    const advance = new AdvanceReport(this.#deps)
    const { reportQueue, clock } = this.fakes
    for (let round = 0; round < maxRounds; round += 1) {
      await this.startDueSyncs()
      const due = await reportQueue.due(clock.now(), 100, { interactive: 4, other: 3 })
      for (const { id } of due) await advance.execute(id).catch(() => undefined)
      if (due.length > 0) {
        // The sandbox needs real time for a file; polling without a pause would use up the rounds.
        if (round > maxRounds / 8) await sleep(5)
        continue
      }
      const next = this.#nextDueAt()
      if (!next) return
      if (until && next > until) {
        clock.set(until)
        return this.startDueSyncs()
      }
      if (next > clock.now()) clock.set(next)
    }
  }

  /** Requests the days of a loaded report again. */
  async reload(reportTypeId: string): Promise<void> {
    const { syncRuns, clock } = this.fakes
    const loaded = syncRuns.reports
      .all()
      .find(({ report }) => definitionOf(report.type).reportTypeId === reportTypeId)?.report
    if (!loaded) throw new Error(`no ${reportTypeId} report was requested`)
    const { connectionId, type, days } = loaded
    const run = aRun({ connectionId, kind: 'backfill', days, requestedAt: clock.now() })
    await syncRuns.save(run, [
      aRequestedReport({ syncRunId: run.id, connectionId, type, days, dueAt: clock.now() }),
    ])
  }

  #nextDueAt(): Date | null {
    const dates = this.fakes.syncRuns.reports
      .all()
      .flatMap(({ report }) => ('dueAt' in report ? [report.dueAt.getTime()] : []))
    return dates.length > 0 ? new Date(Math.min(...dates)) : null
  }

  async markUnauthorisedByStaff(): Promise<void> {
    const agent = aUser({ role: 'support' })
    this.fakes.users.add(agent, { subscription: null })
    const deps = { ...this.#deps, audit: new FakeAuditLog(this.fakes.users, this.fakes.unitOfWork) }
    const performCaseAction = new PerformCaseAction({
      ...deps,
      controlSync: new ControlSync(deps),
      disconnect: new Disconnect(deps),
      recordAuthorisationLoss: new RecordAuthorisationLoss(this.fakes),
    })
    const connectionId = [...this.#connections].at(-1) ?? null
    await performCaseAction.execute({
      by: agent.id,
      key: { userId: this.user.id, connectionId },
      actionRequest: { action: 'mark_unauthorised' },
      reason: 'The seller asked us to stop reading their account.',
      from: anOrigin,
    })
  }

  /** The owner takes the Amazon user's rights to the connected profile away. */
  async loseProfileAccess(): Promise<void> {
    const [connection] = await this.fakes.connections.liveByUser(this.user.id)
    if (connection) this.#world.sandbox.controls.set({ lostProfiles: { [connection.profile.id]: 'short' } })
  }

  async startDueSyncs(): Promise<void> {
    await new StartDueSyncs(this.#deps).execute(10)
  }

  async discard(): Promise<void> {
    await new EndPendingConnection(this.fakes).discard(this.user.id, null)
  }

  async expire(): Promise<void> {
    await new EndPendingConnection(this.fakes).expire()
  }

  async disconnect(connectionId: ConnectionId, erasesData = false): Promise<void> {
    await new Disconnect(this.#deps).execute({ userId: this.user.id, connectionId, erasesData })
  }

  async eraseAll(connectionId: ConnectionId): Promise<void> {
    await new RequestErasure(this.#deps).execute({ userId: this.user.id, connectionId })
    await new EraseConnections(this.#deps).execute(10)
  }

  async reconcile(): Promise<void> {
    await new ReconcileFigures(this.#deps).execute(10).catch(() => undefined)
  }

  async sendEmails(): Promise<void> {
    const deps = { ...this.#deps, publicUrl: new URL('http://localhost:3000') }
    while (await new SendEmails(deps).execute().catch(() => false));
  }

  /** Opens the console for the latest connection, or for the user if there is none. */
  console(options: { connectionId?: ConnectionId | null; isAlive?: boolean } = {}) {
    const { connectionId = [...this.#connections].at(-1) ?? null, isAlive = true } = options
    return consoleOf(this.fakes, { userId: this.user.id, connectionId }, { isAlive })
  }
}
