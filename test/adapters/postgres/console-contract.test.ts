import t from 'tap'
import { caseDigestsContract, storiesContract, worksContract } from '../../support/contracts/console.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

storiesContract(t, openPostgresStores)
worksContract(t, openPostgresStores)
caseDigestsContract(t, openPostgresStores)
