import t from 'tap'
import { sellerStatesContract } from '../../../support/contracts/connection/seller-states.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

sellerStatesContract(t, openPostgresStores)
