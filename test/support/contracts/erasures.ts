import type { Test } from 'tap'
import { close, erase, eraseNow } from '../../../src/domain/connection/connection.ts'
import { helpAnsweredMail, helpRequestedMail } from '../../../src/domain/mail/occasions.ts'
import { entry, type Happening } from '../../../src/domain/timeline/entry.ts'
import {
  aBritishProfile,
  aClosedConnection,
  aGrant,
  aHelpRequest,
  aLoadedReport,
  anActiveConnection,
  anAmazonUser,
  anErasedConnection,
  anId,
  anUnauthorisedConnection,
  aRemark,
  aRun,
  hoursLater,
  noon,
} from '../examples.ts'
import { aConnectionOnRecord, type OpenStores, type Stores } from './stores.ts'

async function aLoadedConnection(stores: Stores, its: Parameters<typeof aConnectionOnRecord>[1] = {}) {
  const connection = await aConnectionOnRecord(stores, its)
  const run = aRun({ connectionId: connection.id })
  await stores.ingestions.save(run, [aLoadedReport({ runId: run.id, connectionId: connection.id })])
  return connection
}

/** That no other rows are left is tested against the real schema. */
export function erasuresContract(t: Test, open: OpenStores): void {
  t.test('S-27 connections past their thirty days or with a begun erasure are due for erasure', async t => {
    const stores = await open(t)
    const { erasures, connections, addPerson } = stores
    const save = async (connection: ReturnType<typeof aClosedConnection | typeof anErasedConnection>) => {
      await connections.save({ ...connection, personId: (await addPerson()).id })
      return connection.id
    }
    await aConnectionOnRecord(stores)
    await save(anErasedConnection())
    await save(aClosedConnection({ eraseAt: hoursLater(1) }))
    const late = await save(aClosedConnection({ eraseAt: noon }))
    const later = await save(aClosedConnection({ eraseAt: hoursLater(-5) }))
    const begun = await save(anErasedConnection({ status: 'erasing' }))

    t.strictSame(await erasures.due(noon, 10), [begun, later, late])
    t.strictSame(await erasures.due(noon, 2), [begun, later])
    t.strictSame(await erasures.due(hoursLater(-6), 10), [begun])
  })

  t.test('S-27 erasing removes runs, reports and timeline details, and keeps times and kinds', async t => {
    const stores = await open(t)
    const { erasures, connections, ingestions, timeline, unitOfWork } = stores
    const connection = await aLoadedConnection(stores)
    const { id: connectionId, personId } = connection
    const attemptId = anId<NonNullable<Parameters<typeof entry>[1]['attemptId']>>()
    const userId = anAmazonUser().userId
    const story: [about: Partial<Parameters<typeof entry>[1]>, happening: Happening][] = [
      [{ attemptId: anId() }, { kind: 'amazon_user_read', userId }],
      [{ attemptId: anId() }, { kind: 'profiles_read', region: 'na', count: 1 }],
      [{ attemptId }, { kind: 'profiles_read', region: 'na', count: 3 }],
      [
        { attemptId, connectionId },
        { kind: 'connected', profileId: connection.profile.id, label: 'My Brand' },
      ],
      [{ connectionId }, { kind: 'report_accepted', report: 'sp_campaigns', amazonReportId: 'amzn-1' }],
      [{ connectionId }, { kind: 'closed', reason: 'disconnected' }],
    ]
    for (const [about, happening] of story)
      await timeline.append(entry(noon, { personId, ...about }, happening))
    const closed = eraseNow(close(connection, 'disconnected', noon), noon)
    await connections.save(closed)

    await unitOfWork.run(async () => {
      await erasures.eraseDetails(closed)
      await connections.save(erase(closed))
    })

    t.equal(await ingestions.latestOf(connectionId), null)
    t.strictSame((await stores.records.of(connectionId)).settled, [])
    const left = await stores.entries()
    t.strictSame(
      left.map(({ happening }) => happening),
      [
        { kind: 'details_erased', was: 'amazon_user_read' },
        // Of an attempt that failed; it names no part of this connection.
        { kind: 'profiles_read', region: 'na', count: 1 },
        { kind: 'details_erased', was: 'profiles_read' },
        { kind: 'details_erased', was: 'connected' },
        { kind: 'details_erased', was: 'report_accepted' },
        { kind: 'closed', reason: 'disconnected' },
      ],
    )
    for (const one of left) t.strictSame(one.at, noon)
  })

  for (const [status, aConnection] of [
    ['active', anActiveConnection],
    ['unauthorised', anUnauthorisedConnection],
    ['closed', aClosedConnection],
  ] as const)
    t.test(`S-27 erasing keeps data shared with an ${status} connection and other users’ data`, async t => {
      const stores = await open(t)
      const { erasures, connections, ingestions, timeline, unitOfWork } = stores
      const connection = await aLoadedConnection(stores, { isExclusive: false })
      const { personId, profile } = connection
      const own = aConnection({ personId, isExclusive: false, profile: aBritishProfile() })
      await connections.save(own)
      const others = await aLoadedConnection(stores)
      const attemptId = anId<NonNullable<Parameters<typeof entry>[1]['attemptId']>>()
      const told = [
        entry(noon, { personId, attemptId }, { kind: 'amazon_user_read', userId: anAmazonUser().userId }),
        // The attempt that replaced it led to the other connection.
        entry(
          noon,
          { personId, attemptId, connectionId: connection.id },
          { kind: 'closed', reason: 'replaced' },
        ),
        entry(
          noon,
          { personId, attemptId, connectionId: own.id },
          { kind: 'connected', profileId: own.profile.id, label: 'My Brand UK' },
        ),
        entry(
          noon,
          { personId: others.personId, connectionId: others.id },
          { kind: 'connected', profileId: profile.id, label: 'My Brand US' },
        ),
      ]
      await timeline.append(...told)
      const closed = eraseNow(close(connection, 'replaced', noon), noon)
      await connections.save(closed)

      await unitOfWork.run(() => erasures.eraseDetails(closed))
      await erasures.eraseFigures(closed.id)

      t.strictSame(await stores.entries(), told)
      t.ok(await ingestions.latestOf(others.id))
      t.has(await connections.find(others.id), { status: 'active', profile })
    })

  t.test('S-27 S-30 erasing removes the support requests about the connection and no others', async t => {
    const stores = await open(t)
    const { erasures, connections, helpRequests, unitOfWork } = stores
    const connection = await aConnectionOnRecord(stores, {
      isExclusive: false,
      grant: aGrant({ amazonUser: anAmazonUser({ email: 'Jane@Example.com' }) }),
    })
    const { personId, profile } = connection
    const own = await aConnectionOnRecord(stores, {
      personId,
      isExclusive: false,
      profile: aBritishProfile(),
      grant: aGrant({
        amazonUser: anAmazonUser({ userId: 'amzn1.account.OTHER', email: 'joe@example.com' }),
      }),
    })
    const others = await stores.addPerson()
    const said = (message: string, amazonEmail = '') => ({ message, amazonEmail, marketplace: '' })
    const keep = async (its: Parameters<typeof aHelpRequest>[0]) => {
      const request = aHelpRequest(its)
      await helpRequests.keep(request, anId())
      return request
    }
    await keep({ personId, connectionId: connection.id, words: said('Why?') })
    await keep({ personId, words: said('Hello', 'jane@example.COM') })
    await keep({ personId, words: said(`It is ${profile.accountName?.toUpperCase()}.`) })
    await keep({ personId, words: said(`Profile ${profile.id} is missing`) })
    await keep({ personId, words: said('Here'), page: `/dashboard/ads/connections/${connection.id}` })
    const stay = [
      await keep({ personId, words: said('My plan has lapsed', 'joe@example.com') }),
      await keep({ personId, connectionId: own.id, words: said('As jane@example.com I see nothing') }),
    ]
    const other = await keep({ personId: others.id, words: said('jane@example.com') })
    const closed = eraseNow(close(connection, 'disconnected', noon), noon)
    await connections.save(closed)

    await unitOfWork.run(() => erasures.eraseDetails(closed))

    const ids = (requests: readonly { id: string }[]) => requests.map(({ id }) => id).sort()
    t.strictSame(ids(await helpRequests.latestOf(personId, 9)), ids(stay))
    t.strictSame(await helpRequests.latestOf(others.id, 9), [other])
  })

  t.test('S-27 S-30 erasing removes staff comments and emails about the connection', async t => {
    const stores = await open(t)
    const { erasures, connections, helpRequests, remarks, outbox, unitOfWork } = stores
    const connection = await aConnectionOnRecord(stores)
    const { personId } = connection
    const others = await stores.addPerson()
    const answered = async (
      its: Parameters<typeof aHelpRequest>[0],
      words: string,
      kind: 'note' | 'answer',
    ) => {
      const request = aHelpRequest({ words: { message: 'Why?', amazonEmail: '', marketplace: '' }, ...its })
      await helpRequests.keep(request, anId())
      const remark = aRemark({ requestId: request.id, kind, words })
      await remarks.keep(remark, anId())
      await outbox.put(helpRequestedMail(request), helpAnsweredMail(request, remark))
      return request
    }
    const gone = [
      await answered({ personId, connectionId: connection.id }, 'Like this.', 'answer'),
      await answered({ personId }, 'It is MY BRAND us that stays behind.', 'answer'),
      await answered({ personId }, 'They mean my brand US.', 'note'),
    ]
    const stay = [
      await answered({ personId }, 'Your plan has lapsed.', 'answer'),
      await answered({ personId: others.id }, 'My Brand US is yours, too.', 'answer'),
    ]
    const closed = eraseNow(close(connection, 'disconnected', noon), noon)
    await connections.save(closed)

    await unitOfWork.run(() => erasures.eraseDetails(closed))

    for (const { id } of gone) {
      t.equal(await helpRequests.byId(id), null)
      t.strictSame(await remarks.on(id), [])
    }
    for (const { id } of stay) t.equal((await remarks.on(id)).length, 1)
    const waiting: unknown[] = []
    for (let mail = await outbox.claim(noon); mail; mail = await outbox.claim(noon))
      if ('requestId' in mail.mail) waiting.push(mail.mail.requestId)
    const both = stay.flatMap(({ id }) => [id, id])
    t.strictSame(waiting.sort(), both.sort())
  })
}
