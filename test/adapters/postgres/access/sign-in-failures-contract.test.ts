import t from 'tap'
import type { KnownDeviceId } from '../../../../src/domain/identifiers.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import {
  knownDevicesContract,
  signInFailuresContract,
} from '../../../support/contracts/access/sign-in-failures.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { anId, noon } from '../../../support/examples.ts'

knownDevicesContract(t, openPostgresStores)
signInFailuresContract(t, openPostgresStores)

t.test('S-46 the tables contain no device token and no address in plain text', async t => {
  const { knownDevices, signInFailures, unitOfWork, createUser, rawText } = await openPostgresStores(t)
  const userId = (await createUser()).id
  await knownDevices.add(
    { id: anId<KnownDeviceId>(), userId, createdAt: noon },
    new Secret('a-very-secret-token'),
  )
  await unitOfWork.transaction(() => signInFailures.lock('email sam@example.test'))
  t.notMatch(await rawText('known_device'), 'a-very-secret-token')
  t.notMatch(await rawText('sign_in_failure'), 'sam@example')
})
