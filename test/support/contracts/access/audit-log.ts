import type { Test } from 'tap'
import type { AuditEntry } from '../../../../src/domain/access/audit.ts'
import { anOrigin, minutesLater, noon } from '../../examples.ts'
import { aSavedConnection, type OpenStores, rollBack } from '../stores.ts'

const anEntry = (overrides: Partial<AuditEntry> & Pick<AuditEntry, 'staffId'>): AuditEntry => ({
  at: noon,
  action: 'plan_changed',
  userId: null,
  connectionId: null,
  reason: 'They paid by transfer',
  before: null,
  after: null,
  from: null,
  ...overrides,
})

export function auditLogContract(t: Test, open: OpenStores): void {
  t.test('S-43 audit entries are returned in full with names, newest first', async t => {
    const stores = await open(t)
    const { audit, createUser } = stores
    const { id: connectionId, userId } = await aSavedConnection(stores, {
      userId: (await createUser({ name: 'Sam' })).id,
    })
    const ada = await createUser({ name: 'Ada', role: 'admin' })
    const full = anEntry({
      staffId: ada.id,
      userId,
      connectionId,
      before: { plan: null, endsAt: null },
      after: { plan: 'annual', count: 7, isPaid: true },
      from: anOrigin,
    })
    const minimal = anEntry({ staffId: ada.id, at: minutesLater(-5), action: 'view_as_ended' })
    for (const entry of [full, minimal]) await audit.append(entry)

    const found = await audit.latest({ staffId: null, userId: null }, { before: null, limit: 9 })

    const ids = found.map(({ id }) => id)
    t.equal(new Set(ids).size, 2)
    t.strictSame(found, [
      { ...minimal, id: ids[0], staffName: 'Ada', userName: null },
      { ...full, id: ids[1], staffName: 'Ada', userName: 'Sam' },
    ])
  })

  t.test('S-43 the audit log is read page by page, by staff member and by user', async t => {
    const { audit, createUser } = await open(t)
    const [ada, sol] = [await createUser({ role: 'admin' }), await createUser({ role: 'support' })]
    const [sam, kim] = [await createUser(), await createUser()]
    for (let index = 0; index < 12; index += 1) {
      const [staff, user] = [index % 2 ? ada : sol, index % 3 ? sam : kim]
      await audit.append(anEntry({ staffId: staff.id, userId: user.id, reason: `number ${index}` }))
    }
    const readAllPages = async (staffId: typeof ada.id | null, userId: typeof sam.id | null) => {
      const numbers: number[] = []
      let before = null
      for (;;) {
        const page = await audit.latest({ staffId, userId }, { before, limit: 2 })
        numbers.push(...page.map(({ reason }) => Number(reason.slice('number '.length))))
        before = page.at(-1)?.id ?? null
        t.ok(page.length <= 2)
        if (page.length < 2) return numbers
      }
    }

    t.strictSame(await readAllPages(null, null), [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    t.strictSame(await readAllPages(ada.id, null), [11, 9, 7, 5, 3, 1])
    t.strictSame(await readAllPages(null, kim.id), [9, 6, 3, 0])
    t.strictSame(await readAllPages(sol.id, sam.id), [10, 8, 4, 2])
    t.strictSame(await readAllPages(sam.id, null), [])
  })

  t.test('S-43 an audit entry whose transaction fails is not recorded', async t => {
    const { audit, createUser, unitOfWork } = await open(t)
    const ada = await createUser({ role: 'admin' })
    await rollBack(t, { unitOfWork }, () => audit.append(anEntry({ staffId: ada.id })))
    t.strictSame(await audit.latest({ staffId: null, userId: null }, { before: null, limit: 9 }), [])
  })
}
