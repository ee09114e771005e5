import t from 'tap'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { sellerRecordsContract } from '../../support/contracts/seller-states.ts'

sellerRecordsContract(t, openPostgresStores)
