import t from 'tap'
import type { ProfileId } from '../../../src/domain/identifiers.ts'
import { ineligibility, profileLabel, profileName } from '../../../src/domain/profile/profile.ts'
import { aProfile } from '../../support/examples.ts'

t.test('S-08 a profile’s label is its name and its marketplace', async t => {
  t.equal(profileLabel(aProfile()), 'My Brand US — Amazon.com')
  t.equal(profileLabel(aProfile({ accountName: 'My Store IN', country: 'IN' })), 'My Store IN — Amazon.in')
})

t.test('S-08 an unknown marketplace is shown by its code', async t => {
  t.equal(profileLabel(aProfile({ country: 'XX' })), 'My Brand US — Amazon (XX)')
})

t.test('S-09 a profile without a name is called Profile followed by its id', async t => {
  const id = '9223372036854775807' as ProfileId
  for (const accountName of [null, '', '   ']) {
    t.equal(profileName({ id, accountName }), 'Profile 9223372036854775807')
  }
  t.equal(profileLabel(aProfile({ id, accountName: null })), 'Profile 9223372036854775807 — Amazon.com')
})

t.test('S-09 seller and vendor profiles can be chosen, even view-only ones', async t => {
  for (const accountType of ['seller', 'vendor']) {
    t.equal(ineligibility(aProfile({ accountType })), null)
    t.equal(ineligibility(aProfile({ accountType, canEdit: false })), null)
  }
})

t.test('S-09 an author’s profile can be chosen, one left over from Amazon Attribution cannot', async t => {
  t.equal(ineligibility(aProfile({ accountType: 'vendor', accountSubType: 'KDP_AUTHOR' })), null)
  for (const accountType of ['seller', 'vendor'])
    t.equal(
      ineligibility(aProfile({ accountType, accountSubType: 'AMAZON_ATTRIBUTION' })),
      'amazon_attribution',
    )
})

t.test('S-09 an agency profile or one of an unknown type or time zone cannot be chosen', async t => {
  t.equal(ineligibility(aProfile({ accountType: 'agency' })), 'agency')
  t.equal(ineligibility(aProfile({ accountType: 'author' })), 'unknown_account_type')
  t.equal(ineligibility(aProfile({ timezone: 'America/Atlantis' })), 'unknown_timezone')
  t.equal(ineligibility(aProfile({ timezone: '' })), 'unknown_timezone')
})
