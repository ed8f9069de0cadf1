import { Listen } from './listen';

export default function Page() {
	return <Listen />;
}
