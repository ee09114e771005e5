import t from 'tap'
import { passkeyChallengesContract, passkeysContract } from '../../../support/contracts/access/passkeys.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

passkeysContract(t, openPostgresStores)
passkeyChallengesContract(t, openPostgresStores)
