import { type AmazonFailure, amazonRejection } from '../../../../src/application/amazon-failure.ts'
import {
  AmazonLogin,
  ProfileDirectory,
  type TokenResponse,
} from '../../../../src/application/connection/ports.ts'
import { decryptSecret } from '../../../../src/application/ports.ts'
import type { AmazonUser } from '../../../../src/domain/connection/consent.ts'
import type {
  AdsAccountStatus,
  DiagnosticCall,
} from '../../../../src/domain/connection/empty-profile-list.ts'
import type { AdvertisingProfile } from '../../../../src/domain/profile/profile.ts'
import type { Region } from '../../../../src/domain/profile/region.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { anAmazonUser } from '../../examples.ts'
import type { FakeUnitOfWork } from '../kernel.ts'

type LoginCall = 'invite' | 'exchange' | 'refresh' | 'describeUser'

export const aRejection = (httpStatus: number, code: string, detail = 'Amazon said no'): AmazonFailure =>
  amazonRejection({ httpStatus, code, detail, requestId: 'amzn-request-1' })

export class FakeAmazonLogin extends AmazonLogin {
  readonly #assertOutside: () => void
  readonly #verifiers = new Map<string, string | null>()
  readonly #codes = new Map<string, string | null>()
  readonly #refreshTokens = new Set<string>()
  readonly callCounts: Record<LoginCall, number> = { invite: 0, exchange: 0, refresh: 0, describeUser: 0 }
  /** Errors by call, until removed. */
  readonly failures: Partial<Record<LoginCall, Error>> = {}
  readonly regions: Region[] = []
  user: AmazonUser = anAmazonUser()
  usesPkce = true
  expiresInSeconds = 3600
  sendsRefreshToken = true
  /** Runs during each refresh. */
  meanwhile: () => Promise<void> = async () => undefined
  #refreshed = 0

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#assertOutside = unitOfWork.assertOutside
  }

  async authorisationUrl(region: Region, state: Secret) {
    this.#answer('invite')
    const verifier = this.usesPkce ? `verifier of ${state.reveal()}` : null
    this.#verifiers.set(state.reveal(), verifier)
    const url = `https://amazon.example/ap/oa?region=${region}&state=${state.reveal()}`
    return { url, verifier: verifier === null ? null : new Secret(verifier) }
  }

  /** @returns the redirect's parameters. */
  consent(url: string): { state: string; code: string } {
    const state = new URL(url).searchParams.get('state') ?? ''
    const code = `code-${this.#codes.size + 1}`
    this.#codes.set(code, this.#verifiers.get(state) ?? null)
    return { state, code }
  }

  async exchangeCode(region: Region, code: Secret, verifier: Secret | null): Promise<TokenResponse> {
    this.regions.push(region)
    this.#answer('exchange')
    const expected = this.#codes.get(code.reveal())
    this.#codes.delete(code.reveal())
    const verifierText = verifier ? (await decryptSecret(verifier)).reveal() : null
    if (expected === undefined || expected !== verifierText) {
      throw aRejection(400, 'invalid_grant', 'The request has an invalid grant parameter : code')
    }
    const refreshToken = `Atzr|refresh-of-${code.reveal()}`
    this.addRefreshToken(refreshToken)
    return this.#tokens(this.sendsRefreshToken ? refreshToken : null)
  }

  async refresh(region: Region, refreshToken: Secret): Promise<TokenResponse> {
    this.regions.push(region)
    this.#answer('refresh')
    await this.meanwhile()
    const token = (await decryptSecret(refreshToken)).reveal()
    if (!this.#refreshTokens.has(token)) throw aRejection(400, 'invalid_grant')
    return this.#tokens(token)
  }

  async fetchUserProfile(region: Region): Promise<AmazonUser> {
    this.regions.push(region)
    this.#answer('describeUser')
    return this.user
  }

  addRefreshToken(refreshToken: Secret | string): void {
    this.#refreshTokens.add(refreshToken instanceof Secret ? refreshToken.reveal() : refreshToken)
  }

  revoke(refreshToken: Secret): void {
    this.#refreshTokens.delete(refreshToken.reveal())
  }

  #answer(call: LoginCall): void {
    this.#assertOutside()
    this.callCounts[call] += 1
    const failure = this.failures[call]
    if (failure) throw failure
  }

  #tokens(refreshToken: string | null): TokenResponse {
    this.#refreshed += 1
    return {
      accessToken: new Secret(`Atza|refreshed-${this.#refreshed}`),
      expiresInSeconds: this.expiresInSeconds,
      refreshToken: refreshToken === null ? null : new Secret(refreshToken),
    }
  }
}

export class FakeProfileDirectory extends ProfileDirectory {
  readonly #assertOutside: () => void
  readonly answers: Record<Region, readonly AdvertisingProfile[] | Error> = { na: [], eu: [], fe: [] }
  readonly linked: Record<Region, number | Error> = { na: 0, eu: 0, fe: 0 }
  readonly accounts: Record<Region, readonly AdsAccountStatus[] | Error> = { na: [], eu: [], fe: [] }
  readonly calls: { readonly region: Region; readonly token: string }[] = []
  readonly diagnosticCalls: {
    readonly call: DiagnosticCall
    readonly region: Region
    readonly token: string
  }[] = []
  /** Runs during each call. */
  meanwhile: () => Promise<void> = async () => undefined

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#assertOutside = unitOfWork.assertOutside
  }

  async listProfiles(region: Region, accessToken: Secret): Promise<readonly AdvertisingProfile[]> {
    this.#assertOutside()
    this.calls.push({ region, token: (await decryptSecret(accessToken)).reveal() })
    await this.meanwhile()
    return unwrap(this.answers[region])
  }

  async countLinkedAccounts(region: Region, accessToken: Secret): Promise<number> {
    await this.#recordDiagnosticCall('manager_accounts', region, accessToken)
    return unwrap(this.linked[region])
  }

  async listAdsAccounts(region: Region, accessToken: Secret): Promise<readonly AdsAccountStatus[]> {
    await this.#recordDiagnosticCall('ads_accounts', region, accessToken)
    return unwrap(this.accounts[region])
  }

  async #recordDiagnosticCall(call: DiagnosticCall, region: Region, accessToken: Secret): Promise<void> {
    this.#assertOutside()
    this.diagnosticCalls.push({ call, region, token: (await decryptSecret(accessToken)).reveal() })
    await this.meanwhile()
  }
}

function unwrap<Answer>(answer: Answer | Error): Answer {
  if (answer instanceof Error) throw answer
  return answer
}
