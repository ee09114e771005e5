import t from 'tap'
import { audited, auditedAfterVerification } from '../../src/admin/audited.ts'
import { requireAdmin } from '../../src/admin/require-staff.ts'
import { InvalidCode } from '../../src/domain/access/second-factor.ts'
import type { Role } from '../../src/domain/access/user.ts'
import type { SessionId } from '../../src/domain/identifiers.ts'
import { anId, anOrigin, aUser, noon } from '../support/examples.ts'
import { openFakes } from '../support/fakes/open.ts'

const sessionId = anId<SessionId>()
const answer = { code: '123456' }
type VerifyIdentity = Parameters<typeof auditedAfterVerification>[0]['verifyIdentity']

/** The action gives the user another role. */
function scene(role: Role = 'admin') {
  const fakes = openFakes()
  const [by, user] = [aUser({ role }), aUser({ email: 'sam@example.test' })]
  for (const each of [by, user]) fakes.users.add(each, { subscription: null })
  const change = { before: { role: 'seller' }, after: { role: 'manager' } }
  return {
    ...fakes,
    by,
    user,
    perform: ({ reason = 'Runs three brands', isAudited = true } = {}) =>
      audited(fakes, requireAdmin, { by: by.id, reason, from: anOrigin }, async actor => {
        await fakes.users.saveRole(user.id, 'manager')
        const entry = { action: 'role_changed', userId: user.id, ...change } as const
        return { result: actor, ...(isAudited && { entry }) }
      }),
    performVerified: (reason: string, verifyIdentity: VerifyIdentity) =>
      auditedAfterVerification(
        { ...fakes, verifyIdentity },
        requireAdmin,
        { by: by.id, reason, from: anOrigin, verification: { sessionId, answer } },
        async () => {
          await fakes.users.saveRole(user.id, 'manager')
          return { result: undefined, entry: { action: 'role_changed', userId: user.id, ...change } }
        },
      ),
    currentRole: () => fakes.users.find(user.id)?.role,
  }
}

t.test('S-43 a staff action is audited with the trimmed reason and the request’s origin', async t => {
  const { perform, audit, by, user } = scene()

  t.strictSame(await perform({ reason: ' Runs  three brands ' }), {
    userId: by.id,
    reason: 'Runs three brands',
  })

  t.strictSame(audit.entries, [
    {
      at: noon,
      staffId: by.id,
      action: 'role_changed',
      userId: user.id,
      connectionId: null,
      reason: 'Runs three brands',
      before: { role: 'seller' },
      after: { role: 'manager' },
      from: anOrigin,
    },
  ])
})

t.test('S-43 a staff action that changed nothing is not audited', async t => {
  const { perform, audit } = scene()
  await perform({ isAudited: false })
  t.strictSame(audit.entries, [])
})

t.test('S-43 S-46 a staff action needs the role and a reason', async t => {
  const { perform, audit, currentRole } = scene()
  await t.rejects(perform({ reason: ' no ' }), { code: 'invalid_reason', problem: 'too_short' })
  t.strictSame([currentRole(), audit.entries], ['seller', []])
  for (const role of ['support', 'manager', 'seller'] as const) {
    const { perform, audit, currentRole } = scene(role)
    await t.rejects(perform(), { code: 'admins_only' }, role)
    t.strictSame([currentRole(), audit.entries], ['seller', []])
  }
})

t.test('S-43 a staff action and its audit entry are written in one commit', async t => {
  const { perform, audit, currentRole } = scene()
  audit.append = async () => {
    throw new Error('the disk is full')
  }
  await t.rejects(perform(), { message: 'the disk is full' })
  t.equal(currentRole(), 'seller')

  const lost = scene()
  lost.unitOfWork.commitError = new Error('the database connection is lost')
  await t.rejects(lost.perform(), { message: 'the database connection is lost' })
  t.strictSame([lost.currentRole(), lost.audit.entries], ['seller', []])
})

t.test(
  'S-43 S-46 role and reason are checked before the second factor, as a code works only once',
  async t => {
    const answers: unknown[] = []
    const verifyIdentity = { execute: async (...answered: unknown[]) => void answers.push(answered) }
    await t.rejects(scene().performVerified(' no ', verifyIdentity), { code: 'invalid_reason' })
    await t.rejects(scene('support').performVerified('Runs three brands', verifyIdentity), {
      code: 'admins_only',
    })
    t.strictSame(answers, [])

    const { performVerified, currentRole, audit, by } = scene()
    await performVerified('Runs three brands', verifyIdentity)
    t.strictSame(answers, [[{ id: sessionId, userId: by.id }, answer]])
    t.strictSame([currentRole(), audit.entries.length], ['manager', 1])
  },
)

t.test('S-43 S-46 after a rejected second factor nothing changes', async t => {
  const { performVerified, currentRole, audit } = scene()
  const verifyIdentity = { execute: () => Promise.reject(new InvalidCode()) }
  await t.rejects(performVerified('Runs three brands', verifyIdentity), { code: 'invalid_code' })
  t.strictSame([currentRole(), audit.entries], ['seller', []])
})
