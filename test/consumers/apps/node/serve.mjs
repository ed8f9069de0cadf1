import { createServer } from 'node:http';
import { PacedSender, ToneSource, pcmServer } from 'steadypcm/node';

const server = createServer().listen(0, '127.0.0.1');
const sender = new PacedSender(new ToneSource({ sampleRate: 16000 }, { frequency: 440 }));
pcmServer(server, { path: '/audio', onConnection: (socket) => sender.attach(socket) });
sender.start();

server.once('listening', () => {
	sender.close();
	server.close();
});
