import t from 'tap'
import { peopleContract } from '../../support/contracts/people.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

peopleContract(t, openPostgresStores)
