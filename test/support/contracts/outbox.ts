import type { Test } from 'tap'
import type { ClaimedMail, MailOutcome } from '../../../src/application/mail/ports.ts'
import { opened } from '../../../src/application/ports.ts'
import { close, loseAuthorisation } from '../../../src/domain/connection/connection.ts'
import type { ConnectionId, PersonId } from '../../../src/domain/identifiers.ts'
import { allMails, type OutgoingMail } from '../../../src/domain/mail/mail.ts'
import { disconnectedMail, lossMails } from '../../../src/domain/mail/occasions.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { anId, aSubscription, hoursLater, minutesLater, noon } from '../examples.ts'
import { aConnectionOnRecord, type OpenStores, type Stores } from './stores.ts'

async function aMail(stores: Stores, its: Partial<OutgoingMail> = {}): Promise<OutgoingMail> {
  return {
    episode: anId(),
    personId: its.personId ?? (await stores.addPerson()).id,
    connectionId: null,
    mail: { kind: 'connection_erased', closedAt: noon.toISOString() },
    createdAt: noon,
    dueAt: noon,
    ...its,
  }
}

async function claimed(stores: Stores, now = noon): Promise<ClaimedMail> {
  const mail = await stores.outbox.claim(now)
  if (!mail) throw new Error('no mail is due')
  return mail
}

const conclude = ({ unitOfWork, outbox }: Stores, mail: ClaimedMail, outcome: MailOutcome) =>
  unitOfWork.run(() => outbox.conclude(mail, outcome))

const sent = { outcome: 'sent', at: noon, subject: 'A subject', text: 'a text' } as const

export function outboxContract(t: Test, open: OpenStores): void {
  t.test('S-31 an email is due at its exact time and goes to the user’s current address', async t => {
    const stores = await open(t)
    const person = await stores.addPerson({ name: 'Sam', email: 'sam@example.test' })
    const connection = await aConnectionOnRecord(stores, { personId: person.id })
    const [mail] = lossMails(loseAuthorisation(connection, 'consent_expired', noon))
    if (!mail) throw new Error('a loss is told')
    await stores.outbox.put(mail)

    t.equal(await stores.outbox.claim(minutesLater(-1)), null)
    t.has(await claimed(stores), {
      episode: mail.episode,
      personId: person.id,
      connectionId: connection.id,
      mail: mail.mail,
      person: { email: 'sam@example.test', name: 'Sam', role: 'seller' },
      tries: 0,
      firstTriedAt: null,
    })
  })

  t.test('S-31 a second email with the same idempotency key is ignored', async t => {
    const stores = await open(t)
    const mail = await aMail(stores)
    await Promise.all(Array.from({ length: 5 }, () => stores.unitOfWork.run(() => stores.outbox.put(mail))))
    await conclude(stores, await claimed(stores), sent)
    await stores.outbox.put(mail)

    t.equal(await stores.outbox.claim(hoursLater(99)), null)
  })

  t.test('S-31 an email stays pending until it is sent, regardless of failed tries', async t => {
    const stores = await open(t)
    const mail = await aMail(stores)
    t.notOk(await stores.outbox.isWaiting(mail.episode))
    await stores.outbox.put(mail)
    t.ok(await stores.outbox.isWaiting(mail.episode))

    const failed = {
      outcome: 'failed',
      at: noon,
      nextTryAt: minutesLater(1),
      trouble: '451',
      tries: 1,
    } as const
    await conclude(stores, await claimed(stores), failed)
    t.ok(await stores.outbox.isWaiting(mail.episode))

    await conclude(stores, await claimed(stores, minutesLater(1)), sent)
    t.notOk(await stores.outbox.isWaiting(mail.episode))
  })

  t.test('S-31 an email and its cause are written in one commit', async t => {
    const stores = await open(t)
    const mail = await aMail(stores)
    await t.rejects(
      stores.unitOfWork.run(async () => {
        await stores.outbox.put(mail)
        throw new Error('the cause failed')
      }),
      /the cause failed/,
    )

    t.equal(await stores.outbox.claim(noon), null)
  })

  t.test('S-31 one of many workers claims an email, the longest due first', async t => {
    const stores = await open(t)
    await stores.outbox.put(await aMail(stores, { episode: 'late', dueAt: noon }))
    await stores.outbox.put(await aMail(stores, { episode: 'early', dueAt: minutesLater(-5) }))

    const first = await stores.outbox.claim(noon)
    const others = await Promise.all(Array.from({ length: 6 }, () => stores.outbox.claim(noon)))

    t.equal(first?.episode, 'early')
    t.strictSame(
      others.filter(mail => mail !== null).map(({ episode }) => episode),
      ['late'],
    )
  })

  t.test('S-31 a killed worker’s email passes to another, and the first one writes nothing', async t => {
    const stores = await open(t)
    await stores.outbox.put(await aMail(stores))
    const slow = await claimed(stores)
    await stores.letMailRunOut(slow.id)
    const next = await claimed(stores)

    t.equal(next.id, slow.id, 'the Message-ID stays the same')
    t.equal(await conclude(stores, slow, { outcome: 'dropped', at: noon, why: 'expired' }), false)
    t.equal(await conclude(stores, next, sent), true)
    t.equal(await conclude(stores, next, sent), false, 'an outcome is written once')
    t.equal(await stores.outbox.claim(hoursLater(99)), null)
  })

  t.test('S-31 a failed email is due again with its tries, a waiting one uses none', async t => {
    const stores = await open(t)
    await stores.outbox.put(await aMail(stores))
    await conclude(stores, await claimed(stores), { outcome: 'waits', until: minutesLater(10) })
    t.equal(await stores.outbox.claim(minutesLater(9)), null)
    const failed = { outcome: 'failed', at: minutesLater(10), trouble: '451', tries: 1 } as const
    await conclude(stores, await claimed(stores, minutesLater(10)), {
      ...failed,
      nextTryAt: minutesLater(11),
    })
    t.equal(await stores.outbox.claim(minutesLater(10)), null)
    const second = { ...failed, at: minutesLater(11), nextTryAt: minutesLater(15), tries: 2 }
    await conclude(stores, await claimed(stores, minutesLater(11)), second)

    t.has(await claimed(stores, minutesLater(15)), { tries: 2, firstTriedAt: minutesLater(10) })
  })

  t.test('S-31 a failed or suppressed email is not due again', async t => {
    const stores = await open(t)
    for (const outcome of [
      { outcome: 'given_up', at: noon, trouble: '550 5.1.1' },
      { outcome: 'dropped', at: noon, why: 'reason_over' },
    ] as const) {
      await stores.outbox.put(await aMail(stores))
      await conclude(stores, await claimed(stores), outcome)
      t.equal(await stores.outbox.claim(hoursLater(99)), null)
    }
  })

  t.test('S-31 a secret link is kept while the email is pending', async t => {
    const stores = await open(t)
    const link = new Secret('https://ads.example/reset/abc')
    const validUntil = hoursLater(1).toISOString()
    await stores.outbox.put(await aMail(stores, { mail: { kind: 'password_reset', link, validUntil } }))

    const { mail } = await claimed(stores)
    t.has(mail, { kind: 'password_reset', validUntil })
    t.equal('link' in mail && (await opened(mail.link)).reveal(), link.reveal())
  })

  t.test('S-31 the facts for an email are the current ones', async t => {
    const stores = await open(t)
    const person = await stores.addPerson({}, aSubscription({ endsAt: hoursLater(9) }))
    const connection = await aConnectionOnRecord(stores, { personId: person.id })
    const lost = loseAuthorisation(connection, 'grant_gone', noon)
    await stores.connections.save(lost)
    const [first, reminder] = lossMails(lost)
    if (!first || !reminder) throw new Error('a loss is told twice')
    await stores.outbox.put(first)
    const mail = await claimed(stores, hoursLater(1))
    const factsNow = (of: Parameters<typeof stores.outbox.factsOf>[0] = mail) =>
      stores.outbox.factsOf(of, hoursLater(1))
    const before = {
      connection: { status: 'needs_authorisation', since: noon, closedAt: null },
      subscription: aSubscription({ endsAt: hoursLater(9) }),
      choice: allMails,
      lookedAt: null,
      toldAt: null,
      isEarlierWaiting: false,
      grantLosses: 1,
    } as const
    t.strictSame(await factsNow(), before)
    await stores.outbox.put(reminder)
    const waiting = await claimed(stores, hoursLater(24))
    t.equal((await factsNow(waiting)).isEarlierWaiting, true)
    t.equal((await factsNow()).isEarlierWaiting, false)
    await stores.outbox.put(...lossMails({ ...lost, since: hoursLater(2) }).slice(1, 2))
    const ofAnotherLoss = await claimed(stores, hoursLater(26))
    t.equal((await factsNow(ofAnotherLoss)).isEarlierWaiting, false)
    await stores.letMailRunOut(waiting.id)

    await conclude(stores, mail, { ...sent, at: minutesLater(11) })
    // An email of another kind about the same connection doesn't report the revocation.
    await stores.outbox.put(await aMail(stores, { personId: person.id, connectionId: connection.id }))
    await conclude(stores, await claimed(stores, hoursLater(1)), { ...sent, at: minutesLater(20) })
    await stores.choices.change(person.id, { reminders: false })
    await stores.looks.note(connection.id, minutesLater(3), noon)
    const next = await claimed(stores, hoursLater(24))

    t.strictSame(await factsNow(next), {
      ...before,
      choice: { ready: true, reminders: false },
      lookedAt: minutesLater(3),
      toldAt: minutesLater(11),
    })
    await conclude(stores, next, { ...sent, at: minutesLater(30) })
    t.strictSame((await factsNow(next)).toldAt, minutesLater(30), 'the latest time')
    await stores.connections.save(close(lost, 'disconnected', hoursLater(2)))
    t.has((await factsNow(next)).connection, { status: 'closed', closedAt: hoursLater(2) })
    t.equal((await factsNow({ ...next, connectionId: null })).connection, null)
    t.equal((await factsNow({ ...next, connectionId: anId<ConnectionId>() })).connection, null)
  })

  t.test('S-27 S-31 erasing a connection removes its emails and no others', async t => {
    const stores = await open(t)
    const connection = await aConnectionOnRecord(stores)
    const closed = close(connection, 'disconnected', noon)
    await stores.connections.save(closed)
    await stores.outbox.put(disconnectedMail(closed), await aMail(stores, { episode: 'another’s' }))

    await stores.unitOfWork.run(() => stores.erasures.eraseDetails(closed))

    t.equal((await claimed(stores)).episode, 'another’s')
    t.equal(await stores.outbox.claim(hoursLater(99)), null)
  })
}

/** Also the contract of {@link ProgressViews}. */
export function mailChoicesContract(t: Test, open: OpenStores): void {
  t.test('S-31 a user gets every email by default, and a choice changes only itself', async t => {
    const { choices, addPerson } = await open(t)
    const [{ id }, { id: other }] = [await addPerson(), await addPerson()]
    t.strictSame(await choices.of(id), allMails)

    t.strictSame(await choices.change(id, { reminders: false }), { ready: true, reminders: false })
    t.strictSame(await choices.change(id, { ready: false }), { ready: false, reminders: false })
    t.strictSame(await choices.change(id, { reminders: true }), { ready: false, reminders: true })
    t.strictSame(await choices.of(id), { ready: false, reminders: true })
    t.strictSame(await choices.of(other), allMails)
  })

  t.test('S-31 a user’s opt-out token is permanent and unique', async t => {
    const { choices, addPerson } = await open(t)
    const [{ id }, { id: other }] = [await addPerson(), await addPerson()]
    const [token, others] = [await choices.tokenOf(id), await choices.tokenOf(other)]
    await choices.change(id, { ready: false })

    t.equal((await choices.tokenOf(id)).reveal(), token.reveal())
    t.not(token.reveal(), others.reveal())
    t.equal(await choices.byToken(token), id)
    t.equal(await choices.byToken(new Secret('nobody’s')), null)
    t.strictSame(await choices.of(other), allMails, 'a token alone changes nothing')
    t.equal(await choices.byToken(new Secret(anId<PersonId>())), null)
  })

  t.test('S-31 a progress view is recorded at most once per half minute', async t => {
    const stores = await open(t)
    const { id, personId } = await aConnectionOnRecord(stores)
    const lookedAt = async () => {
      const about = { id: anId<ClaimedMail['id']>(), personId, connectionId: id }
      return (await stores.outbox.factsOf(about, noon)).lookedAt
    }
    await stores.looks.note(id, noon, minutesLater(-0.5))
    await stores.looks.note(id, minutesLater(0.4), minutesLater(-0.1))
    t.strictSame(await lookedAt(), noon)

    await stores.looks.note(id, minutesLater(1), minutesLater(0.5))
    t.strictSame(await lookedAt(), minutesLater(1))
  })

  t.test('S-31 concurrent progress views are recorded, except for a missing connection', async t => {
    const stores = await open(t)
    const looked = await Promise.all(Array.from({ length: 5 }, () => aConnectionOnRecord(stores)))
    const gone = anId<ConnectionId>()
    await Promise.all(
      [gone, ...looked.map(({ id }) => id)].map((id, at) =>
        stores.looks.note(id, minutesLater(at), minutesLater(at - 0.5)),
      ),
    )
    for (const [at, { id, personId }] of looked.entries()) {
      const about = { id: anId<ClaimedMail['id']>(), personId, connectionId: id }
      t.strictSame((await stores.outbox.factsOf(about, noon)).lookedAt, minutesLater(at + 1))
    }
  })
}
