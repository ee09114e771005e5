import type { Role } from '../access/user.ts'

/** What a user learns by email, because someone else may have done it. */
export type SecurityNotice =
  | { readonly event: 'password_changed' }
  | { readonly event: 'app_added' }
  | { readonly event: 'passkey_added' }
  | { readonly event: 'second_factor_removed' }
  | { readonly event: 'recovery_code_used' }
  | { readonly event: 'recovery_codes_renewed' }
  | { readonly event: 'codes_locked'; readonly until: string }
  | { readonly event: 'sign_in_delayed' }
  | { readonly event: 'new_device'; readonly device: string }
  | { readonly event: 'role_changed'; readonly role: Role }

export type SecurityEvent = SecurityNotice['event']
