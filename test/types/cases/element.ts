// `steadypcm/element` and `steadypcm/media-session`.
import { PcmPlayer } from 'steadypcm';
import { PcmPlayerElement } from 'steadypcm/element';
import { connectMediaSession } from 'steadypcm/media-session';
import { expectType } from './expect.js';

const element = document.createElement('pcm-player');
expectType<PcmPlayerElement>()(element);
expectType<PcmPlayerElement | null>()(document.querySelector('pcm-player'));
document.body.append(element);

const disconnect = connectMediaSession(new PcmPlayer(null), { title: 'Studio 1' });
expectType<() => void>()(disconnect);
// @ts-expect-error a player has to be given
connectMediaSession();
