// Passwords as salted scrypt hashes, in the PHC string format: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, both base64
// without padding. No password is ever kept.
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** What a hash costs: memory is 128 · 2^ln · r bytes, work grows with p. */
export interface PasswordCost {
	/** Binary logarithm of the number of blocks, 10 to 18. */
	readonly ln: number;
	/** Block size, 1 to 16. */
	readonly r: number;
	/** Passes, 1 to 8. */
	readonly p: number;
}

/** A hash, read. */
export interface PasswordHash extends PasswordCost {
	readonly salt: Buffer;
	readonly hash: Buffer;
}

/** 32 MiB and three passes: OWASP's advice for scrypt. */
export const DEFAULT_COST: PasswordCost = { ln: 15, r: 8, p: 3 };

/** Longest password, characters; more is an attack. */
export const MAX_PASSWORD = 1024;

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Of node's scrypt, bytes: above the dearest hash allowed. */
const MAX_MEMORY = 768 * 1024 * 1024;

const BASE64 = '[A-Za-z0-9+/]';
const PHC = new RegExp(
	`^\\$scrypt\\$ln=(\\d{2}),r=(\\d{1,2}),p=(\\d)\\$(${BASE64}{11,86})\\$(${BASE64}{22,86})$`,
);

/** The line that a users file keeps for `password`; another one each time.
 * @throws RangeError for an empty password and for one of more than 1024 characters */
export async function hashPassword(
	password: string,
	cost: PasswordCost = DEFAULT_COST,
): Promise<string> {
	if (password === '' || password.length > MAX_PASSWORD) {
		throw new RangeError(`Expected a password of 1 to ${MAX_PASSWORD} characters.`);
	}
	const salt = randomBytes(SALT_BYTES);
	const hash = await derive(password, salt, HASH_BYTES, cost);
	return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** @returns null for text that is no hash, or one that costs more than is allowed here */
export function parsePasswordHash(text: string): PasswordHash | null {
	const [, ln, r, p, salt, hash] = PHC.exec(text) ?? [];
	const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
	const isAllowed = isWithin(cost.ln, 10, 18) && isWithin(cost.r, 1, 16) && isWithin(cost.p, 1, 8);
	return isAllowed && salt !== undefined && hash !== undefined
		? { ...cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
		: null;
}

/** A hash that no password has, as dear as `cost`: what unknown users are checked against. */
export function decoyHash({ ln, r, p }: PasswordCost): PasswordHash {
	return { ln, r, p, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
}

/** Whether `password` is the one of `expected`; takes the same time whatever it is. */
export async function isPassword(password: string, expected: PasswordHash): Promise<boolean> {
	const found = await derive(password, expected.salt, expected.hash.byteLength, expected);
	return timingSafeEqual(found, expected.hash);
}

function derive(
	password: string,
	salt: Buffer,
	byteLength: number,
	{ ln, r, p }: PasswordCost,
): Promise<Buffer> {
	const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: MAX_MEMORY };
	return new Promise((resolve, reject) => {
		// The same letters may come composed or not, as the keyboard has it.
		scrypt(password.normalize('NFKC'), salt, byteLength, options, (error, key) =>
			error === null ? resolve(key) : reject(error),
		);
	});
}

function unpadded(bytes: Buffer): string {
	return bytes.toString('base64').replaceAll('=', '');
}

/** NaN is not. */
function isWithin(value: number, min: number, max: number): boolean {
	return value >= min && value <= max;
}
