import { material } from './material.js';
import { stretch } from './media-loop.js';
import { addedClicks } from './added-clicks.js';
export function main() {
	for (const p of material()) if (p.sampleRate===16000||p.name==='plucked') for (const permille of [850,1150]) {
		const s = stretch([p.signal], { sampleRate: p.sampleRate, permille, leastCorrelation: 60 });
		const shifted = s.seams.map((x)=>({...x, at:x.at+Math.round(0.03*p.sampleRate), from: x.to+Math.round(0.03*p.sampleRate), to: x.to+Math.round(0.03*p.sampleRate)}));
		console.log(p.name, p.sampleRate, permille, 'in seams', addedClicks(s.planes[0]!,p.signal,p.sampleRate,s.seams), 'control, 30 ms later (plain copy)', addedClicks(s.planes[0]!,p.signal,p.sampleRate,shifted));
	}
}
