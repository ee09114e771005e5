import type { Test } from 'tap'
import { Secret } from '../../../../src/domain/secret.ts'
import { anAttempt, minutesLater } from '../../examples.ts'
import { aSavedConnection, type OpenStores, sameRevealed, takeTurns } from '../stores.ts'

export function authorisationAttemptsContract(t: Test, open: OpenStores): void {
  t.test('S-07 an authorisation attempt is found only by its own state', async t => {
    const stores = await open(t)
    const { attempts, unitOfWork } = stores
    const { id: reauthorisedConnectionId, userId } = await aSavedConnection(stores)
    const [state, otherState] = [new Secret('state-1'), new Secret('state-2')]
    const attempt = anAttempt({ userId, reauthorisedConnectionId, region: 'eu' })
    const other = anAttempt({ userId, verifier: null })
    await attempts.save(attempt, state)
    await attempts.save(other, otherState)
    const find = (text: string) => unitOfWork.transaction(() => attempts.lockByState(new Secret(text)))

    await sameRevealed(t, await find('state-1'), attempt)
    await sameRevealed(t, await find('state-2'), other)
    t.equal(await find('state-3'), null)
    t.equal(await find(''), null)
  })

  t.test('S-07 an attempt keeps the time of its callback but no longer its verifier', async t => {
    const { attempts, unitOfWork, createUser } = await open(t)
    const attempt = anAttempt({ userId: (await createUser()).id })
    const state = new Secret('state-1')
    await attempts.save(attempt, state)

    await attempts.markReturned(attempt, minutesLater(3))

    t.strictSame(await unitOfWork.transaction(() => attempts.lockByState(state)), {
      ...attempt,
      verifier: null,
      returnedAt: minutesLater(3),
    })
  })

  t.test('S-06 each user’s login region is remembered from the last callback', async t => {
    const { attempts, createUser } = await open(t)
    const [{ id: userId }, { id: other }] = [await createUser(), await createUser()]
    t.equal(await attempts.lastRegionOf(userId), null)
    const first = anAttempt({ userId, region: 'fe' })
    const second = anAttempt({ userId, region: 'eu', startedAt: minutesLater(5) })
    const abandoned = anAttempt({ userId, region: 'na', startedAt: minutesLater(9) })
    for (const [index, attempt] of [first, second, abandoned].entries()) {
      await attempts.save(attempt, new Secret(`state-of-${index}`))
    }
    await attempts.markReturned(second, minutesLater(6))
    await attempts.markReturned(first, minutesLater(7))

    t.equal(await attempts.lastRegionOf(userId), 'eu')
    t.equal(await attempts.lastRegionOf(other), null)
  })

  t.test('S-07 an attempt can be locked by one transaction at a time and only in a transaction', async t => {
    const stores = await open(t)
    const { attempts, createUser } = stores
    const state = new Secret('state-1')
    await attempts.save(anAttempt({ userId: (await createUser()).id }), state)

    const steps = await takeTurns(stores, () => attempts.lockByState(state))

    t.match(steps.join(', '), /^(A begins, A ends, B begins, B ends|B begins, B ends, A begins, A ends)$/)
    await t.rejects(attempts.lockByState(state))
  })

  t.test('S-07 the verifier of an expired attempt is erased, and the attempt is kept', async t => {
    const { attempts, unitOfWork, createUser } = await open(t)
    const { id: userId } = await createUser()
    const expired = anAttempt({ userId, expiresAt: minutesLater(30) })
    const unexpired = anAttempt({ userId, expiresAt: minutesLater(31) })
    const withoutVerifier = anAttempt({ userId, expiresAt: minutesLater(30), verifier: null })
    for (const attempt of [expired, unexpired, withoutVerifier])
      await attempts.save(attempt, new Secret(attempt.id))
    const find = (id: string) => unitOfWork.transaction(() => attempts.lockByState(new Secret(id)))

    t.equal(await attempts.eraseExpiredVerifiers(minutesLater(30)), 1)

    t.strictSame(await find(expired.id), { ...expired, verifier: null })
    await sameRevealed(t, await find(unexpired.id), unexpired)
  })
}
