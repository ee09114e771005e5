import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { sellerStatesContract } from '../../../support/contracts/seller-states.ts'

sellerStatesContract(t, openPostgresStores)
