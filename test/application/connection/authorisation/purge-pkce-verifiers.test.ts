import t from 'tap'
import { PurgePkceVerifiers } from '../../../../src/application/connection/authorisation/purge-pkce-verifiers.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { anAttempt } from '../../../support/examples.ts'
import { openFakes } from '../../../support/fakes/open.ts'

t.test('S-07 an abandoned authorisation attempt is kept without its verifier', async t => {
  const { attempts, clock } = openFakes()
  const attempt = anAttempt()
  await attempts.save(attempt, new Secret('a state'))
  const purge = new PurgePkceVerifiers({ attempts, clock })

  clock.advance(attempt.expiresAt.getTime() - clock.now().getTime() - 1)
  t.equal(await purge.execute(), 0)
  clock.advance(1)
  t.equal(await purge.execute(), 1)
  t.strictSame(attempts.all, [{ ...attempt, verifier: null }])
})
