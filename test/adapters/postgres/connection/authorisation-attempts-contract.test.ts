import t from 'tap'
import { Secret } from '../../../../src/domain/secret.ts'
import { authorisationAttemptsContract } from '../../../support/contracts/connection/authorisation-attempts.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { anAttempt, noon } from '../../../support/examples.ts'

authorisationAttemptsContract(t, openPostgresStores)

t.test('S-07 S-12 a row contains neither the state nor the verifier in plain text', async t => {
  const stores = await openPostgresStores(t)
  const { id: userId } = await stores.createUser()
  const attempt = anAttempt({ userId, verifier: new Secret('plain-verifier') })

  await stores.attempts.save(attempt, new Secret('plain-state'))
  const before = await stores.rawText('authorisation_attempt')
  await stores.attempts.markReturned(attempt, noon)
  const after = await stores.rawText('authorisation_attempt')

  t.match(before, attempt.id)
  t.notMatch(before, 'plain')
  t.match(before, /"verifier":"2\./)
  t.match(after, /"verifier":null/)
})
