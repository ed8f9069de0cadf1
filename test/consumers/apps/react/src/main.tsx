import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Listen } from './Listen';

createRoot(document.getElementById('app')!).render(
	<StrictMode>
		<Listen src="/audio" sampleRate={16000} />
	</StrictMode>,
);
