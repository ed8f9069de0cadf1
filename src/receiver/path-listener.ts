// What a path tells of; types only.
import type { Frame } from '../core/frame.js';
import type { HelloText, ResumedText } from '../core/protocol-text.js';
import type { FaultCode } from '../core/receiver-messages.js';
import type { Placement } from '../core/succession.js';
import type { ConnectionClosure } from './connection.js';
import type { LineOpening } from './line.js';
import type { MediaFrame } from './media-frame.js';
import type { Path } from './path.js';

export interface PathListener {
	opened(path: Path, opening: LineOpening): void;
	closed(path: Path, closure: ConnectionClosure): void;
	/** The server says what the stream is; `path.stream` is its id. */
	greeted(path: Path, hello: HelloText): void;
	/** Media went another way and does no longer; some may have been lost with it. */
	returned(path: Path): void;
	resumed(path: Path, resumed: ResumedText): void;
	/** The next of a raw stream. */
	raw(path: Path, frame: MediaFrame): void;
	/** A frame, in no order yet. */
	framed(path: Path, frame: Frame, placement: Placement): void;
	/** A text that is the app's. */
	text(text: string): void;
	fault(code: FaultCode, message: string): void;
	needToken(answer: (token: string | null) => void): void;
	mayRetry(): boolean;
}
