import t from 'tap'
import { accessTokensContract } from '../../support/contracts/access-tokens.ts'
import { openPostgresStores } from '../../support/contracts/postgres-stores.ts'

accessTokensContract(t, openPostgresStores)
