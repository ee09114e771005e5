import t from 'tap'
import { pollsContract } from '../../support/contracts/polls.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

pollsContract(t, openPostgresStores)
