export const callKinds = [
  'authorise',
  'consent',
  'token',
  'code',
  'refresh',
  'userProfile',
  'profiles',
  'managerAccounts',
  'adsAccounts',
  'campaigns',
  'create',
  'status',
  'delete',
  'download',
] as const

export type CallKind = (typeof callKinds)[number]
export type Calls = Record<CallKind, number>

export class CallCounter {
  #calls = none()

  count(kind: CallKind): void {
    this.#calls[kind] += 1
  }

  get all(): Readonly<Calls> {
    return { ...this.#calls }
  }

  reset(): void {
    this.#calls = none()
  }
}

function none(): Calls {
  return Object.fromEntries(callKinds.map(kind => [kind, 0])) as Calls
}
