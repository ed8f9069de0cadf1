// Camera and studio URLs carry passwords; error messages end up in logs. This takes the passwords out.

const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s'"]*@/gi;
const SECRET_FIELD = /((?:pass|pwd|token|secret|key|auth|sig)[a-z_-]*=)[^&\s'"]*/gi;

/** `text` without user names and passwords of URLs, nor the values of password-like query fields. */
export function secretFree(text: string): string {
	return text.replace(USER_INFO, '$1***@').replace(SECRET_FIELD, '$1***');
}
