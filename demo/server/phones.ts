// From spelling to sounds, by the letters: rough, and enough to tell one word from another.

/** A sound of speech: what a throat is set to, and for how long. */
export interface Phone {
	/** Hz of three resonances. */
	readonly formants: readonly [number, number, number];
	/** Levels of the voice and of the breath, 0 to 1. */
	readonly voice: number;
	readonly breath: number;
	readonly seconds: number;
}

type Formants = Phone['formants'];

const vowel = (formants: Formants, seconds = 0.1): Phone[] => [
	{ formants, voice: 1, breath: 0.01, seconds },
];
const hum = (formants: Formants): Phone[] => [
	{ formants, voice: 0.5, breath: 0.01, seconds: 0.065 },
];
const hiss = (formants: Formants, breath: number, voice = 0): Phone[] => [
	{ formants, voice, breath, seconds: 0.08 },
];
/** Closed lips, then a burst. @param voice while closed */
const stop = (formants: Formants, voice = 0): Phone[] => [
	{ formants, voice, breath: 0, seconds: 0.045 },
	{ formants, voice: 2 * voice, breath: 0.35, seconds: 0.02 },
];

/** Vowels by Peterson and Barney, 1952; consonants by where their noise or their hum is strongest. */
const A: Formants = [730, 1090, 2440];
const AE: Formants = [660, 1720, 2410];
const E: Formants = [530, 1840, 2480];
const I: Formants = [390, 1990, 2550];
const EE: Formants = [270, 2290, 3010];
const O: Formants = [570, 840, 2410];
const OO: Formants = [300, 870, 2240];
const UH: Formants = [640, 1190, 2390];
const ER: Formants = [490, 1350, 1690];
const N: Formants = [250, 1500, 2500];
const R: Formants = [330, 1100, 1600];
const W: Formants = [300, 650, 2200];
const S: Formants = [4500, 6000, 7500];
const SH: Formants = [2400, 3400, 5000];
const F: Formants = [1400, 4000, 7000];
const P: Formants = [500, 1100, 2300];
const T: Formants = [3200, 4200, 6000];
const K: Formants = [1700, 2200, 3000];

/** The longest spelling that fits is taken. */
const SPELLINGS: Readonly<Record<string, readonly Phone[]>> = {
	igh: [...vowel(A, 0.08), ...vowel(EE, 0.07)],
	tion: [...hiss(SH, 0.35), ...vowel(UH, 0.05), ...hum(N)],
	ch: [...stop(T), ...hiss(SH, 0.35)],
	sh: hiss(SH, 0.4),
	th: hiss(F, 0.12, 0.2),
	ph: hiss(F, 0.2),
	wh: hum(W),
	ng: hum([250, 2000, 2600]),
	ck: stop(K),
	qu: [...stop(K), ...hum(W)],
	ee: vowel(EE, 0.13),
	ea: vowel(EE, 0.13),
	oo: vowel(OO, 0.13),
	ou: [...vowel(A, 0.08), ...vowel(OO, 0.07)],
	ow: [...vowel(A, 0.08), ...vowel(OO, 0.07)],
	ai: [...vowel(E, 0.08), ...vowel(EE, 0.06)],
	ay: [...vowel(E, 0.08), ...vowel(EE, 0.06)],
	oi: [...vowel(O, 0.08), ...vowel(EE, 0.06)],
	er: vowel(ER),
	ir: vowel(ER),
	ur: vowel(ER),
	a: vowel(AE),
	e: vowel(E, 0.08),
	i: vowel(I, 0.08),
	o: vowel(O),
	u: vowel(UH),
	y: vowel(EE, 0.08),
	m: hum([250, 1000, 2200]),
	n: hum(N),
	l: hum([360, 1200, 2700]),
	r: hum(R),
	w: hum(W),
	j: [...stop(T, 0.15), ...hiss(SH, 0.2, 0.3)],
	s: hiss(S, 0.4),
	z: hiss(S, 0.25, 0.3),
	x: [...stop(K), ...hiss(S, 0.4)],
	f: hiss(F, 0.2),
	v: hiss(F, 0.08, 0.35),
	h: hiss([700, 1300, 2500], 0.15),
	p: stop(P),
	b: stop(P, 0.15),
	t: stop(T),
	d: stop(T, 0.15),
	k: stop(K),
	c: stop(K),
	q: stop(K),
	g: stop(K, 0.15),
};

const LONGEST = Math.max(...Object.keys(SPELLINGS).map(({ length }) => length));

/** @param word anything but its letters is passed over */
export function phonesOf(word: string): Phone[] {
	const letters = word
		.toLowerCase()
		.replace(/[^a-z]/g, '')
		.replace(/([aeiouy][^aeiouy])e$/, '$1')
		.replace(/([^aeiou])\1/g, '$1');
	const phones: Phone[] = [];
	for (let at = 0; at < letters.length;) {
		let length = Math.min(LONGEST, letters.length - at);
		while (length > 1 && !(letters.slice(at, at + length) in SPELLINGS)) {
			length--;
		}
		phones.push(...SPELLINGS[letters.slice(at, at + length)]!);
		at += length;
	}
	return phones;
}
