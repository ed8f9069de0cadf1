// `await using`, which needs its library.
import { PcmPlayer } from 'steadypcm';
import { expectType } from './expect.js';

await using player = new PcmPlayer(null);
expectType<Promise<void>>()(player[Symbol.asyncDispose]());
