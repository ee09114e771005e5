import t from 'tap'
import { createAccessLink } from '../../../../src/domain/access/access-link.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { accessLinksContract } from '../../../support/contracts/access/access-links.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { noon } from '../../../support/examples.ts'

accessLinksContract(t, openPostgresStores)

t.test('S-46 the table of access links contains no token in plain text', async t => {
  const { links, createUser, rawText } = await openPostgresStores(t)
  await links.save(
    createAccessLink((await createUser()).id, 'reset', noon),
    new Secret('a-very-secret-token'),
  )
  t.notMatch(await rawText('access_link'), 'a-very-secret-token')
})
