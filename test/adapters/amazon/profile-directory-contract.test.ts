import t from 'tap'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import { AmazonProfileDirectory } from '../../../src/adapters/amazon/profile-directory.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { profileDirectoryContract } from '../../support/contracts/connection/profile-directory.ts'
import { amazonSettingsOf } from '../../support/product/amazon-settings.ts'

const sandbox = await startSandbox()
t.teardown(() => sandbox.close())
const directory = new AmazonProfileDirectory(amazonSettingsOf(sandbox.settings))

profileDirectoryContract(t, async (_, user) => ({
  directory,
  token: new Secret(sandbox.controls.grant(user).accessToken),
}))
