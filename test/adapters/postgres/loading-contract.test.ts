import t from 'tap'
import { loadingContract } from '../../support/contracts/loading.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

loadingContract(t, openPostgresStores)
