import t from 'tap'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import { AmazonProfileDirectory } from '../../../src/adapters/amazon/profile-directory.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { amazonSettingsOf } from '../../support/amazon-settings.ts'
import { profileDirectoryContract } from '../../support/contracts/profile-directory.ts'

const sandbox = await startSandbox()
t.teardown(() => sandbox.close())
const directory = new AmazonProfileDirectory(amazonSettingsOf(sandbox.settings))

profileDirectoryContract(t, async (_, user) => ({
  directory,
  token: new Secret(sandbox.controls.grant(user).accessToken),
}))
