import t from 'tap'
import { createSecondFactor } from '../../../../src/domain/access/second-factor.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { secondFactorsContract } from '../../../support/contracts/access/second-factors.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

secondFactorsContract(t, openPostgresStores)

t.test('S-46 the table contains neither the secret nor a recovery code in plain text', async t => {
  const { factors, createUser, rawText } = await openPostgresStores(t)
  const { id } = await createUser()
  await factors.save(createSecondFactor(id, new Secret('GEZDGNBVGY3TQOJQ')))
  await factors.saveRecoveryCodes(id, [new Secret('4f9k-0zq2-8mwe-hx1c')])
  await factors.savePendingApp(id, new Secret('MFRGGZDFMZTWQ2LK'))

  t.notMatch(await rawText('pending_authenticator_app'), 'MFRGGZDFMZTWQ2LK')
  t.notMatch(await rawText('second_factor'), 'GEZDGNBVGY3TQOJQ')
  t.match(await rawText('second_factor'), /"secret":"2\./)
  t.notMatch(await rawText('recovery_code'), '4f9k')
})
