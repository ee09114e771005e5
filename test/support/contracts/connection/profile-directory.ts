import type { Test } from 'tap'
import type { ProfileDirectory } from '../../../../src/application/connection/ports.ts'
import { regions } from '../../../../src/domain/profile/region.ts'
import type { Secret } from '../../../../src/domain/secret.ts'

/** Test users, named after what they have at Amazon. */
export type SandboxUser =
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
  owner: SandboxUser,
) => Promise<{ readonly directory: ProfileDirectory; readonly token: Secret }>

export function profileDirectoryContract(t: Test, open: OpenDirectory): void {
  t.test('S-08 a region lists its own profiles with their edit rights', async t => {
    for (const [owner, canEdit] of [
      ['us-seller', true],
      ['view-only', false],
      ['report-only', false],
    ] as const) {
      const { directory, token } = await open(t, owner)
      t.match(await directory.listProfiles('na', token), [{ region: 'na', country: 'US', canEdit }], owner)
      t.strictSame(await directory.listProfiles('fe', token), [], owner)
    }
  })

  t.test('S-10 the linked and ads accounts of a user without profiles are counted', async t => {
    for (const [owner, linked, accounts] of [
      ['none', 0, []],
      ['manager', 1, []],
      ['ads-pending', 0, ['PENDING', 'PARTIALLY_CREATED']],
      ['ads-disabled', 0, ['DISABLED']],
      ['no-campaign', 0, ['CREATED']],
    ] as const) {
      const { directory, token } = await open(t, owner)
      for (const region of regions) t.strictSame(await directory.listProfiles(region, token), [], owner)
      t.equal(await directory.countLinkedAccounts('na', token), linked, owner)
      t.strictSame(await directory.listAdsAccounts('na', token), accounts, owner)
    }
  })

  t.test('S-10 every rejected call throws a rejection', async t => {
    const { directory, token } = await open(t, 'suspended')
    const error = { name: 'AmazonFailure', kind: 'rejected', httpStatus: 403 }
    await t.rejects(directory.listProfiles('na', token), error)
    await t.rejects(directory.countLinkedAccounts('na', token), error)
    await t.rejects(directory.listAdsAccounts('na', token), error)
  })
}
