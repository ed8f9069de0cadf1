import { connection } from 'next/server';
import { Listen } from './listen';

export default async function Page() {
	await connection(); // rendered for each request, with its nonce
	return <Listen />;
}
