// Adds the simulated speech service of the voice page to Vite's dev server: a WebSocket at /speech.
import type { Plugin } from 'vite';
import { pcmServer, type PcmServer } from '../../src/node/index.js';
import { VoiceVisit } from './voice-visit.js';

export function voicePlugin(): Plugin {
	let service: PcmServer | null = null;
	return {
		name: 'demo-voice',
		configureServer({ httpServer }) {
			if (httpServer !== null) {
				service = speechService(httpServer);
			}
		},
		closeBundle() {
			service?.close();
		},
	};
}

/** The service at /speech of `httpServer`; `?encoding=binary` for audio in binary messages. */
export function speechService(httpServer: Parameters<typeof pcmServer>[0]): PcmServer {
	return pcmServer(httpServer, {
		path: '/speech',
		onConnection: (socket, { url }) => {
			const encoding = new URL(url ?? '', 'http://demo').searchParams.get('encoding');
			new VoiceVisit(socket, encoding === 'binary' ? 'binary' : 'base64');
		},
	});
}
