// One run, in a process of its own, in which nothing but the contenders runs. Arguments: `reversed`, or nothing.
// Prints what each took as JSON.
import { contest } from './contest.js';
import { groups } from './groups.js';

/** Of each group: until code is compiled, and counted. */
const WARM_UP_SECONDS = 0.5;
const SECONDS = 1.5;

const isReversed = process.argv[2] === 'reversed';
const all = await groups();
const order = isReversed ? all.toReversed() : all;
const times = order.map((group) =>
	contest(group, { isReversed, warmUpSeconds: WARM_UP_SECONDS, seconds: SECONDS }),
);
process.stdout.write(JSON.stringify(isReversed ? times.toReversed() : times));
