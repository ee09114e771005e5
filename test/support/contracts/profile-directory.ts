import type { Test } from 'tap'
import type { ProfileDirectory } from '../../../src/application/connection/ports.ts'
import { regions } from '../../../src/domain/profile/region.ts'
import type { Secret } from '../../../src/domain/secret.ts'

/** Token owners by what they have at Amazon. */
export type Whose =
  | 'us-seller'
  | 'view-only'
  | 'report-only'
  | 'none'
  | 'manager'
  | 'ads-pending'
  | 'ads-disabled'
  | 'no-campaign'
  | 'suspended'

export type OpenDirectory = (
  t: Test,
  whose: Whose,
) => Promise<{ readonly directory: ProfileDirectory; readonly token: Secret }>

export function profileDirectoryContract(t: Test, open: OpenDirectory): void {
  t.test('S-08 a region lists its own profiles with their edit rights', async t => {
    for (const [whose, canEdit] of [
      ['us-seller', true],
      ['view-only', false],
      ['report-only', false],
    ] as const) {
      const { directory, token } = await open(t, whose)
      t.match(await directory.listProfiles('na', token), [{ region: 'na', country: 'US', canEdit }], whose)
      t.strictSame(await directory.listProfiles('fe', token), [], whose)
    }
  })

  t.test('S-10 the linked and ads accounts of a user without profiles are counted', async t => {
    for (const [whose, linked, accounts] of [
      ['none', 0, []],
      ['manager', 1, []],
      ['ads-pending', 0, ['PENDING', 'PARTIALLY_CREATED']],
      ['ads-disabled', 0, ['DISABLED']],
      ['no-campaign', 0, ['CREATED']],
    ] as const) {
      const { directory, token } = await open(t, whose)
      for (const region of regions) t.strictSame(await directory.listProfiles(region, token), [], whose)
      t.equal(await directory.countLinkedAccounts('na', token), linked, whose)
      t.strictSame(await directory.listAdsAccounts('na', token), accounts, whose)
    }
  })

  t.test('S-10 a rejection of any call is thrown with its name', async t => {
    const { directory, token } = await open(t, 'suspended')
    const error = { name: 'AmazonRejected', httpStatus: 403 }
    await t.rejects(directory.listProfiles('na', token), error)
    await t.rejects(directory.countLinkedAccounts('na', token), error)
    await t.rejects(directory.listAdsAccounts('na', token), error)
  })
}
