import t from 'tap'
import { identifyingTerms } from '../../../src/domain/help/erasure.ts'
import type { ProfileId } from '../../../src/domain/identifiers.ts'
import { aGrant, anActiveConnection, anAmazonUser, aProfile } from '../../support/examples.ts'

t.test(
  'S-27 S-30 a connection is recognised by its ids and names in lower case, except short ones',
  async t => {
    const profile = aProfile({ id: '123' as ProfileId, accountId: 'ENTITY1', accountName: 'AB' })
    const amazonUser = anAmazonUser({ userId: 'amzn1.Jane', name: 'Jane', email: 'Jane@Example.com' })
    const termsFor = (user: typeof amazonUser | null) =>
      identifyingTerms(anActiveConnection({ profile, grant: aGrant({ amazonUser: user }) }))

    t.strictSame(termsFor(amazonUser), ['123', 'entity1', 'amzn1.jane', 'jane', 'jane@example.com'])
    t.strictSame(termsFor(null), ['123', 'entity1'])
  },
)
