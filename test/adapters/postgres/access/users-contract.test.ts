import t from 'tap'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { usersContract } from '../../../support/contracts/users.ts'

usersContract(t, openPostgresStores)
