import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ListenButton } from './ListenButton';

createRoot(document.getElementById('app')!).render(
	<StrictMode>
		<ListenButton src="/audio" sampleRate={16000} />
	</StrictMode>,
);
