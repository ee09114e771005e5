import type { Test } from 'tap'
import type { DeliveryOutcome, LeasedEmail } from '../../../src/application/email/ports.ts'
import { decryptSecret } from '../../../src/application/ports.ts'
import { close, markAuthorisationLost } from '../../../src/domain/connection/connection.ts'
import { defaultEmailPreferences, type OutgoingEmail } from '../../../src/domain/email/email-message.ts'
import { authorisationLossEmails, disconnectedEmail } from '../../../src/domain/email/triggers.ts'
import type { ConnectionId, UserId } from '../../../src/domain/identifiers.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, aSubscription, hoursLater, minutesLater, noon } from '../examples.ts'
import { aSavedConnection, type OpenStores, rollBack, type Stores } from './stores.ts'

async function anEmail(stores: Stores, overrides: Partial<OutgoingEmail> = {}): Promise<OutgoingEmail> {
  return {
    idempotencyKey: anId(),
    userId: overrides.userId ?? (await stores.createUser()).id,
    connectionId: null,
    message: { kind: 'connection_erased', closedAt: noon.toISOString() },
    createdAt: noon,
    dueAt: noon,
    ...overrides,
  }
}

async function claimEmail(stores: Stores, now = noon): Promise<LeasedEmail> {
  const email = await stores.outbox.claim(now)
  if (!email) throw new Error('no email is due')
  return email
}

const conclude = ({ unitOfWork, outbox }: Stores, email: LeasedEmail, outcome: DeliveryOutcome) =>
  unitOfWork.transaction(() => outbox.complete(email, outcome))

const sent = { outcome: 'sent', at: noon, subject: 'A subject', text: 'a text' } as const

export function outboxContract(t: Test, open: OpenStores): void {
  t.test('S-31 an email is due at its exact time and goes to the user’s current address', async t => {
    const stores = await open(t)
    const user = await stores.createUser({ name: 'Sam', email: 'sam@example.test' })
    const connection = await aSavedConnection(stores, { userId: user.id })
    const [email] = authorisationLossEmails(markAuthorisationLost(connection, 'marked_by_staff', noon))
    if (!email) throw new Error('the loss has no email')
    await stores.outbox.put(email)

    t.equal(await stores.outbox.claim(minutesLater(-1)), null)
    t.has(await claimEmail(stores), {
      idempotencyKey: email.idempotencyKey,
      userId: user.id,
      connectionId: connection.id,
      message: email.message,
      user: { email: 'sam@example.test', name: 'Sam', role: 'seller' },
      tries: 0,
      firstTriedAt: null,
    })
  })

  t.test('S-31 a second email with the same idempotency key is ignored', async t => {
    const stores = await open(t)
    const email = await anEmail(stores)
    await Promise.all(
      Array.from({ length: 5 }, () => stores.unitOfWork.transaction(() => stores.outbox.put(email))),
    )
    await conclude(stores, await claimEmail(stores), sent)
    await stores.outbox.put(email)

    t.equal(await stores.outbox.claim(hoursLater(99)), null)
  })

  t.test('S-31 an email stays pending until it is sent, regardless of failed tries', async t => {
    const stores = await open(t)
    const email = await anEmail(stores)
    t.notOk(await stores.outbox.isWaiting(email.idempotencyKey))
    await stores.outbox.put(email)
    t.ok(await stores.outbox.isWaiting(email.idempotencyKey))

    const failed = {
      outcome: 'retry',
      at: noon,
      dueAt: minutesLater(1),
      error: '451',
      tries: 1,
    } as const
    await conclude(stores, await claimEmail(stores), failed)
    t.ok(await stores.outbox.isWaiting(email.idempotencyKey))

    await conclude(stores, await claimEmail(stores, minutesLater(1)), sent)
    t.notOk(await stores.outbox.isWaiting(email.idempotencyKey))
  })

  t.test('S-31 an email and its cause are written in one commit', async t => {
    const stores = await open(t)
    const email = await anEmail(stores)
    await rollBack(t, stores, () => stores.outbox.put(email))

    t.equal(await stores.outbox.claim(noon), null)
  })

  t.test('S-31 one of many workers claims an email, the longest due first', async t => {
    const stores = await open(t)
    await stores.outbox.put(await anEmail(stores, { idempotencyKey: 'late', dueAt: noon }))
    await stores.outbox.put(await anEmail(stores, { idempotencyKey: 'early', dueAt: minutesLater(-5) }))

    const first = await stores.outbox.claim(noon)
    const others = await Promise.all(Array.from({ length: 6 }, () => stores.outbox.claim(noon)))

    t.equal(first?.idempotencyKey, 'early')
    t.strictSame(
      others.filter(email => email !== null).map(({ idempotencyKey }) => idempotencyKey),
      ['late'],
    )
  })

  t.test('S-31 a killed worker’s email passes to another, and the first one writes nothing', async t => {
    const stores = await open(t)
    await stores.outbox.put(await anEmail(stores))
    const slow = await claimEmail(stores)
    await stores.letEmailLeaseRunOut(slow.id)
    const next = await claimEmail(stores)

    t.equal(next.id, slow.id, 'the Message-ID stays the same')
    t.equal(await conclude(stores, slow, { outcome: 'suppressed', at: noon, why: 'expired' }), false)
    t.equal(await conclude(stores, next, sent), true)
    t.equal(await conclude(stores, next, sent), false, 'an outcome is written once')
    t.equal(await stores.outbox.claim(hoursLater(99)), null)
  })

  t.test('S-31 a failed email is due again with its tries counted, and a deferral uses none', async t => {
    const stores = await open(t)
    await stores.outbox.put(await anEmail(stores))
    await conclude(stores, await claimEmail(stores), { outcome: 'deferred', until: minutesLater(10) })
    t.equal(await stores.outbox.claim(minutesLater(9)), null)
    const failed = { outcome: 'retry', at: minutesLater(10), error: '451', tries: 1 } as const
    await conclude(stores, await claimEmail(stores, minutesLater(10)), {
      ...failed,
      dueAt: minutesLater(11),
    })
    t.equal(await stores.outbox.claim(minutesLater(10)), null)
    const second = { ...failed, at: minutesLater(11), dueAt: minutesLater(15), tries: 2 }
    await conclude(stores, await claimEmail(stores, minutesLater(11)), second)

    t.has(await claimEmail(stores, minutesLater(15)), { tries: 2, firstTriedAt: minutesLater(10) })
  })

  t.test('S-31 a failed or suppressed email is not due again', async t => {
    const stores = await open(t)
    for (const outcome of [
      { outcome: 'failed', at: noon, error: '550 5.1.1' },
      { outcome: 'suppressed', at: noon, why: 'no_longer_applies' },
    ] as const) {
      await stores.outbox.put(await anEmail(stores))
      await conclude(stores, await claimEmail(stores), outcome)
      t.equal(await stores.outbox.claim(hoursLater(99)), null)
    }
  })

  t.test('S-31 a secret link is kept while the email is pending', async t => {
    const stores = await open(t)
    const link = new Secret('https://ads.example/reset/abc')
    const validUntil = hoursLater(1).toISOString()
    await stores.outbox.put(await anEmail(stores, { message: { kind: 'password_reset', link, validUntil } }))

    const { message } = await claimEmail(stores)
    t.has(message, { kind: 'password_reset', validUntil })
    t.equal('link' in message && (await decryptSecret(message.link)).reveal(), link.reveal())
  })

  t.test('S-31 the delivery decision uses the current state', async t => {
    const stores = await open(t)
    const user = await stores.createUser({}, aSubscription({ endsAt: hoursLater(9) }))
    const connection = await aSavedConnection(stores, { userId: user.id })
    const lost = markAuthorisationLost(connection, 'grant_revoked', noon)
    await stores.connections.save(lost)
    const [first, reminder] = authorisationLossEmails(lost)
    if (!first || !reminder) throw new Error('the loss does not have two emails')
    await stores.outbox.put(first)
    const email = await claimEmail(stores, hoursLater(1))
    const currentInput = (about: Parameters<typeof stores.outbox.deliveryInputOf>[0] = email) =>
      stores.outbox.deliveryInputOf(about, hoursLater(1))
    const before = {
      connection: { status: 'needs_authorisation', since: noon, closedAt: null },
      subscription: aSubscription({ endsAt: hoursLater(9) }),
      choice: defaultEmailPreferences,
      viewedAt: null,
      lastEmailedAt: null,
      hasEarlierEmailWaiting: false,
      grantLosses: 1,
    } as const
    t.strictSame(await currentInput(), before)
    await stores.outbox.put(reminder)
    const waiting = await claimEmail(stores, hoursLater(24))
    t.equal((await currentInput(waiting)).hasEarlierEmailWaiting, true)
    t.equal((await currentInput()).hasEarlierEmailWaiting, false)
    await stores.outbox.put(...authorisationLossEmails({ ...lost, since: hoursLater(2) }).slice(1, 2))
    const ofAnotherLoss = await claimEmail(stores, hoursLater(26))
    t.equal((await currentInput(ofAnotherLoss)).hasEarlierEmailWaiting, false)
    await stores.letEmailLeaseRunOut(waiting.id)

    await conclude(stores, email, { ...sent, at: minutesLater(11) })
    // An email of another kind about the same connection doesn't report the revocation.
    await stores.outbox.put(await anEmail(stores, { userId: user.id, connectionId: connection.id }))
    await conclude(stores, await claimEmail(stores, hoursLater(1)), { ...sent, at: minutesLater(20) })
    await stores.emailPreferenceStore.change(user.id, { reminders: false })
    await stores.progressViews.record(connection.id, minutesLater(3), noon)
    const next = await claimEmail(stores, hoursLater(24))

    t.strictSame(await currentInput(next), {
      ...before,
      choice: { ready: true, reminders: false },
      viewedAt: minutesLater(3),
      lastEmailedAt: minutesLater(11),
    })
    await conclude(stores, next, { ...sent, at: minutesLater(30) })
    t.strictSame((await currentInput(next)).lastEmailedAt, minutesLater(30), 'the latest time')
    await stores.connections.save(close(lost, 'disconnected', hoursLater(2)))
    t.has((await currentInput(next)).connection, { status: 'closed', closedAt: hoursLater(2) })
    t.equal((await currentInput({ ...next, connectionId: null })).connection, null)
    t.equal((await currentInput({ ...next, connectionId: anId<ConnectionId>() })).connection, null)
  })

  t.test('S-27 S-31 erasing a connection removes its emails and no others', async t => {
    const stores = await open(t)
    const connection = await aSavedConnection(stores)
    const closed = close(connection, 'disconnected', noon)
    await stores.connections.save(closed)
    await stores.outbox.put(disconnectedEmail(closed), await anEmail(stores, { idempotencyKey: 'another’s' }))

    await stores.unitOfWork.transaction(() => stores.erasures.eraseDetails(closed))

    t.equal((await claimEmail(stores)).idempotencyKey, 'another’s')
    t.equal(await stores.outbox.claim(hoursLater(99)), null)
  })
}

/** Also the contract of {@link ProgressViews}. */
export function emailPreferenceStoreContract(t: Test, open: OpenStores): void {
  t.test('S-31 a user gets every email by default, and a choice changes only itself', async t => {
    const { emailPreferenceStore, createUser } = await open(t)
    const [{ id }, { id: other }] = [await createUser(), await createUser()]
    t.strictSame(await emailPreferenceStore.of(id), defaultEmailPreferences)

    t.strictSame(await emailPreferenceStore.change(id, { reminders: false }), {
      ready: true,
      reminders: false,
    })
    t.strictSame(await emailPreferenceStore.change(id, { ready: false }), { ready: false, reminders: false })
    t.strictSame(await emailPreferenceStore.change(id, { reminders: true }), {
      ready: false,
      reminders: true,
    })
    t.strictSame(await emailPreferenceStore.of(id), { ready: false, reminders: true })
    t.strictSame(await emailPreferenceStore.of(other), defaultEmailPreferences)
  })

  t.test('S-31 a user’s opt-out token is permanent and unique', async t => {
    const { emailPreferenceStore, createUser } = await open(t)
    const [{ id }, { id: other }] = [await createUser(), await createUser()]
    const [token, otherToken] = [
      await emailPreferenceStore.tokenOf(id),
      await emailPreferenceStore.tokenOf(other),
    ]
    await emailPreferenceStore.change(id, { ready: false })

    t.equal((await emailPreferenceStore.tokenOf(id)).reveal(), token.reveal())
    t.not(token.reveal(), otherToken.reveal())
    t.equal(await emailPreferenceStore.byToken(token), id)
    t.equal(await emailPreferenceStore.byToken(new Secret('nobody’s')), null)
    t.strictSame(
      await emailPreferenceStore.of(other),
      defaultEmailPreferences,
      'a token alone changes nothing',
    )
    t.equal(await emailPreferenceStore.byToken(new Secret(anId<UserId>())), null)
  })

  t.test('S-31 a progress view is recorded at most once per half minute', async t => {
    const stores = await open(t)
    const { id, userId } = await aSavedConnection(stores)
    const viewedAt = async () => {
      const about = { id: anId<LeasedEmail['id']>(), userId, connectionId: id }
      return (await stores.outbox.deliveryInputOf(about, noon)).viewedAt
    }
    await stores.progressViews.record(id, noon, minutesLater(-0.5))
    await stores.progressViews.record(id, minutesLater(0.4), minutesLater(-0.1))
    t.strictSame(await viewedAt(), noon)

    await stores.progressViews.record(id, minutesLater(1), minutesLater(0.5))
    t.strictSame(await viewedAt(), minutesLater(1))
  })

  t.test('S-31 concurrent progress views are recorded, except that of a missing connection', async t => {
    const stores = await open(t)
    const viewed = await Promise.all(Array.from({ length: 5 }, () => aSavedConnection(stores)))
    const missingId = anId<ConnectionId>()
    await Promise.all(
      [missingId, ...viewed.map(({ id }) => id)].map((id, at) =>
        stores.progressViews.record(id, minutesLater(at), minutesLater(at - 0.5)),
      ),
    )
    for (const [at, { id, userId }] of viewed.entries()) {
      const about = { id: anId<LeasedEmail['id']>(), userId, connectionId: id }
      t.strictSame((await stores.outbox.deliveryInputOf(about, noon)).viewedAt, minutesLater(at + 1))
    }
  })
}
