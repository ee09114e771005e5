import t from 'tap'
import { erasuresContract } from '../../support/contracts/erasures.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

erasuresContract(t, openPostgresStores)
