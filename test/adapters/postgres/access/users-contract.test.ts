import t from 'tap'
import { usersContract } from '../../../support/contracts/access/users.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'

usersContract(t, openPostgresStores)
