// Everything that is compared.
import type { Group } from './contender.js';
import { decodeGroup } from './decode.js';
import { parseGroup } from './parse.js';
import { quantumGroups } from './quantum.js';
import { ringGroup } from './ring.js';

export async function groups(): Promise<Group[]> {
	return [...(await quantumGroups()), ringGroup(), decodeGroup(), parseGroup()];
}
