import t from 'tap'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { regionsContract } from '../../support/contracts/regions.ts'

regionsContract(t, openPostgresStores)
