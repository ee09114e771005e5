import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionAccess } from '../../../src/adapters/report-access/connection-access.ts'
import { ActOnCase } from '../../../src/admin/index.ts'
import {
  AskErasure,
  BeginAuthorisation,
  ChooseProfile,
  CompleteAuthorisation,
  CompleteRenewal,
  Disconnect,
  EndPending,
  EraseConnections,
  LoseAuthorisation,
  MintAccessToken,
  OfferProfiles,
  ReadProfiles,
  StartSyncs,
} from '../../../src/application/connection/index.ts'
import { AdvanceReport, ReconcileFigures, SteerIngestion } from '../../../src/application/ingestion/index.ts'
import { SendMails } from '../../../src/application/mail/index.ts'
import type { Person } from '../../../src/domain/access/person.ts'
import type { Subscription } from '../../../src/domain/access/subscription.ts'
import { after, hours } from '../../../src/domain/calendar.ts'
import { offeredProfiles } from '../../../src/domain/connection/pending-connection.ts'
import type { ConnectionId, PersonId, ProfileId, SessionId } from '../../../src/domain/identifiers.ts'
import { profileName } from '../../../src/domain/profile/profile.ts'
import type { Region } from '../../../src/domain/profile/region.ts'
import { anId, anOrigin, aPerson, aSubscription } from '../../support/examples.ts'
import { FakeAuditLog } from '../../support/fakes/audit-log.ts'
import type { Fakes } from '../../support/fakes/open.ts'
import { decide } from '../faults/driver/browser.ts'
import { consoleOf } from '../faults/driver/console.ts'
import type { World } from '../faults/driver/world.ts'

/** More rounds than any retry policy needs. */
const mostRounds = 400

/** A seller on the whole way from *Connect* to the figures, through the use cases and the real adapters. */
export class Seller {
  readonly fakes: Fakes
  readonly person: Person
  readonly #world: World
  readonly #session: SessionId = anId<SessionId>()
  readonly #connections = new Set<ConnectionId>()

  constructor(world: World, fakes: Fakes, person: Person) {
    this.#world = world
    this.fakes = fakes
    this.person = person
  }

  static async of(
    world: World,
    its: { subscription?: Subscription | null; role?: Person['role'] } = {},
    fakes?: Fakes,
  ): Promise<Seller> {
    const stores = fakes ?? (await world.begin())
    const person = aPerson({ role: its.role ?? 'seller' })
    const { subscription = aSubscription() } = its
    stores.people.add(person, { subscription })
    return new Seller(world, stores, person)
  }

  get #needs() {
    const { login, directory, reports } = this.#world
    const { fakes } = this
    const endPending = new EndPending(fakes)
    const readProfiles = new ReadProfiles({ ...fakes, endPending, login, profiles: directory })
    const access = new ConnectionAccess(
      new MintAccessToken({ ...fakes, login }),
      new LoseAuthorisation(fakes),
    )
    return { ...fakes, endPending, readProfiles, login, profiles: directory, reports, access }
  }

  get #by() {
    return { personId: this.person.id, sessionId: this.#session }
  }

  async press(its: { region?: Region; renews?: ConnectionId } = {}): Promise<string> {
    const { region = 'na', renews = null } = its
    return (await new BeginAuthorisation(this.#needs).run({ ...this.#by, region, renews })).url
  }

  /** The callback, optionally by another user or in another browser. */
  async comeBack(
    url: string,
    its: {
      as?: string
      decision?: 'allow' | 'cancel'
      personId?: PersonId
      sessionId?: SessionId
      twice?: boolean
      state?: string
    } = {},
  ) {
    const { as = 'three-regions', decision = 'allow', state } = its
    const wayBack = await decide(url, decision, as)
    const complete = new CompleteAuthorisation(this.#needs)
    const by = { personId: its.personId ?? this.person.id, sessionId: its.sessionId ?? this.#session }
    const taken = await complete.run(by, state === undefined ? wayBack : { ...wayBack, state })
    if (its.twice) await complete.run(by, wayBack)
    return taken
  }

  async comeBackSignedOut(url: string): Promise<void> {
    await new CompleteAuthorisation(this.#needs).signedOut(await decide(url))
  }

  async authorise(as = 'three-regions', renews?: ConnectionId): Promise<void> {
    await this.comeBack(await this.press(renews ? { renews } : {}), { as })
  }

  look() {
    return new OfferProfiles(this.#needs).run(this.person.id)
  }

  renew() {
    return new CompleteRenewal({ ...this.#needs, chooseProfile: new ChooseProfile(this.#needs) }).run(
      this.#by,
    )
  }

  /** A domain error is returned, not thrown; it is in the timeline, too. */
  async choose(name: string, its: { profileId?: string; pendingId?: never; replace?: ConnectionId } = {}) {
    const pending = await this.fakes.pendings.of(this.person.id)
    const profile = pending && offeredProfiles(pending.readings).find(each => profileName(each) === name)
    const chosen = await new ChooseProfile(this.#needs)
      .run({
        ...this.#by,
        profileId: (its.profileId ?? profile?.id ?? '0') as ProfileId,
        replace: its.replace ?? null,
        pendingId: its.pendingId ?? pending?.id ?? null,
        confirmedUserId: null,
        renews: null,
      })
      .catch(refusal => ({ outcome: 'refused' as const, refusal }))
    if ('connectionId' in chosen) {
      this.#connections.add(chosen.connectionId)
      // The minute of a daily sync follows from the random connection id; a sync due by chance must not happen here.
      await this.fakes.syncs.plan(chosen.connectionId, after(this.fakes.clock.now(), hours(24)))
    }
    return chosen
  }

  async connect(as = 'three-regions', name = 'My Store US'): Promise<ConnectionId> {
    await this.authorise(as)
    await this.look()
    const chosen = await this.choose(name)
    if (!('connectionId' in chosen)) throw new Error(`${name} is not connected: ${chosen.outcome}`)
    return chosen.connectionId
  }

  /** In rounds, daily syncs included; moves the clock to the next due time. */
  async work({ until }: { until?: Date } = {}): Promise<void> {
    const advance = new AdvanceReport(this.#needs)
    const { ingestions, clock } = this.fakes
    for (let round = 0; round < mostRounds; round += 1) {
      await this.sync()
      const due = await ingestions.due(clock.now(), 100, { awaited: 4, other: 3 })
      for (const { id } of due) await advance.run(id).catch(() => undefined)
      if (due.length > 0) {
        // The sandbox needs real time for a file; polling without a pause would use up the rounds.
        if (round > mostRounds / 8) await sleep(5)
        continue
      }
      const next = this.#nextTry()
      if (!next) return
      if (until && next > until) {
        clock.set(until)
        return this.sync()
      }
      if (next > clock.now()) clock.set(next)
    }
  }

  #nextTry(): Date | null {
    const moments = this.fakes.ingestions.reports
      .all()
      .flatMap(({ report }) => ('nextTryAt' in report ? [report.nextTryAt.getTime()] : []))
    return moments.length > 0 ? new Date(Math.min(...moments)) : null
  }

  async markedByUs(): Promise<void> {
    const agent = aPerson({ role: 'support' })
    this.fakes.people.add(agent, { subscription: null })
    const needs = { ...this.#needs, audit: new FakeAuditLog(this.fakes.people, this.fakes.unitOfWork) }
    const acting = new ActOnCase({
      ...needs,
      steerIngestion: new SteerIngestion(needs),
      disconnect: new Disconnect(needs),
      loseAuthorisation: new LoseAuthorisation(this.fakes),
    })
    const connectionId = [...this.#connections].at(-1) ?? null
    await acting.run({
      by: agent.id,
      key: { personId: this.person.id, connectionId },
      order: { action: 'mark_unauthorised' },
      reason: 'They ask us to stop reading.',
      from: anOrigin,
    })
  }

  async sync(): Promise<void> {
    await new StartSyncs(this.#needs).run(10)
  }

  async discard(): Promise<void> {
    await new EndPending(this.fakes).discard(this.person.id, null)
  }

  async expire(): Promise<void> {
    await new EndPending(this.fakes).expire()
  }

  async disconnect(connectionId: ConnectionId, erasesData = false): Promise<void> {
    await new Disconnect(this.#needs).run({ personId: this.person.id, connectionId, erasesData })
  }

  async eraseAll(connectionId: ConnectionId): Promise<void> {
    await new AskErasure(this.#needs).run({ personId: this.person.id, connectionId })
    await new EraseConnections(this.#needs).run(10)
  }

  async reconcile(): Promise<void> {
    await new ReconcileFigures(this.#needs).run(10).catch(() => undefined)
  }

  async sendMails(): Promise<void> {
    const needs = { ...this.#needs, publicUrl: new URL('http://localhost:3000') }
    while (await new SendMails(needs).run().catch(() => false));
  }

  /** Of the latest connection, or of the user if there is none. */
  console(its: { connectionId?: ConnectionId | null; isAlive?: boolean } = {}) {
    const { connectionId = [...this.#connections].at(-1) ?? null, isAlive = true } = its
    return consoleOf(this.fakes, { personId: this.person.id, connectionId }, { isAlive })
  }
}
