// What `[name=]input` means: the kind of input, and the name of its path.
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { UsageError } from './usage-error.js';

export type SourceKind = 'tone' | 'music' | 'stdin' | 'wave' | 'file' | 'url' | 'device';

/** One source of the command line. */
export interface SourceWord {
	readonly name: string;
	readonly kind: SourceKind;
	/** What ffmpeg or the file system calls it. */
	readonly input: string;
	/** ffmpeg's format of a device. */
	readonly device: string | null;
}

/** Of a path, before the first `=`: an input that has one in it begins otherwise. */
const NAMED = /^([A-Za-z0-9_-]{1,64})=(.+)$/s;

const DEVICE = /^(alsa|avfoundation|dshow|jack|openal|oss|pulse|sndio|decklink|lavfi):(.*)$/s;

const URL_LIKE = /^[a-z][a-z0-9+.-]*:/i;

/** The sources of the command line; names that are not given are made of the inputs, each once.
 * @throws UsageError for what is no input, and for a name given twice */
export function parseSourceWords(words: readonly string[]): SourceWord[] {
	return named(words, (input) => {
		const source = kindOf(input);
		return { ...source, name: nameOf(input, source.kind) };
	});
}

/** As `parseSourceWords`, of WebSocket URLs.
 * @throws UsageError for what is none, and for a name given twice */
export function parseUpstreamWords(words: readonly string[]): SourceWord[] {
	return named(words, (input) => {
		if (!/^wss?:\/\/./i.test(input) || !URL.canParse(input)) {
			throw new UsageError(`Expected an upstream such as ws://host/audio, got "${input}".`);
		}
		return { name: nameOf(input, 'url'), kind: 'url', input, device: null };
	});
}

/** Splits `[name=]input`; an input without name keeps its own, with a number where that is taken. */
function named(words: readonly string[], read: (input: string) => SourceWord): SourceWord[] {
	const given = words.map((word) => NAMED.exec(word)?.[1] ?? null);
	const taken = new Set<string>();
	for (const name of given) {
		if (name !== null && taken.has(name)) {
			throw new UsageError(`Expected each source to have its own name, got "${name}" twice.`);
		}
		taken.add(name ?? '');
	}
	return words.map((word, i) => {
		const source = read(NAMED.exec(word)?.[2] ?? word);
		const name = given[i] ?? freeName(source.name, taken);
		taken.add(name);
		return { ...source, name };
	});
}

function kindOf(input: string): Omit<SourceWord, 'name'> {
	const plain = (kind: SourceKind): Omit<SourceWord, 'name'> => ({ kind, input, device: null });
	if (input === '-') {
		return plain('stdin');
	}
	if (input === 'tone' || input === 'music') {
		return plain(input);
	}
	const [, device, address = ''] = DEVICE.exec(input) ?? [];
	if (device !== undefined) {
		return { kind: 'device', input: address === '' ? 'default' : address, device };
	}
	if (existsSync(input) && statSync(input).isFile()) {
		return plain(/\.wave?$/i.test(input) ? 'wave' : 'file');
	}
	if (URL_LIKE.test(input)) {
		return plain('url');
	}
	throw new UsageError(
		`Expected a source, got "${input}": no such file, and nothing like rtsp://…, alsa:default, tone, music ` +
			'or - (standard input). All kinds: steadypcm serve --help',
	);
}

/** Letters, digits and dashes that remind of the input, without anything secret. */
function nameOf(input: string, kind: SourceKind): string {
	const words = {
		tone: 'tone',
		music: 'music',
		stdin: 'stdin',
		wave: basename(input).replace(/\.[^.]*$/, ''),
		file: basename(input).replace(/\.[^.]*$/, ''),
		url: URL.canParse(input) ? lastPart(new URL(input)) : 'stream',
		device: input.split(':')[0]!,
	}[kind];
	const name = words.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
	return name.slice(0, 40) || 'stream';
}

function lastPart({ hostname, pathname }: URL): string {
	return (
		pathname
			.split('/')
			.filter((part) => part !== '')
			.at(-1) ?? hostname
	);
}

function freeName(name: string, taken: ReadonlySet<string>): string {
	const names = [name, ...Array.from({ length: taken.size + 1 }, (_, i) => `${name}-${i + 2}`)];
	return names.find((one) => !taken.has(one))!;
}
