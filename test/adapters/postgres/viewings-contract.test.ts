import t from 'tap'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'
import { viewingsContract } from '../../support/contracts/viewings.ts'

viewingsContract(t, openPostgresStores)
