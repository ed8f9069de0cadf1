// A whole program of a documentation's block of JavaScript or TypeScript: what it takes from blocks before it on its
// page, and what the documentation takes for granted, is put before it.
import ts from 'typescript';
import { isRun, place, type CodeBlock } from './code-blocks.js';

/** What a block may use without saying where it is from. */
const AT_HAND: Readonly<Record<string, string>> = {
	format: 'const format = { sampleRate: 16000 };',
	url: "const url = 'wss://example.org/audio';",
	player:
		"const player = new PcmPlayer('wss://example.org/audio', { format: { sampleRate: 16000 } });",
	PcmPlayer: "import { PcmPlayer } from 'steadypcm';",
};

export type Realm = 'page' | 'node';

export interface BlockProgram {
	readonly block: CodeBlock;
	/** Where it runs. */
	readonly realm: Realm;
	readonly language: 'js' | 'ts';
	readonly text: string;
}

export function isScript({ language }: CodeBlock): boolean {
	return language === 'js' || language === 'ts';
}

export function blockProgram(block: CodeBlock): BlockProgram {
	const text = withAtHand(completed(block));
	const isModule = /^(im|ex)port /m.test(text);
	return {
		block,
		realm: /from '(steadypcm\/node|node:[^']+|ws)'/.test(text) ? 'node' : 'page',
		language: block.language === 'ts' ? 'ts' : 'js',
		text: isModule ? text : `${text}export {};\n`,
	};
}

/** Plain JavaScript. */
export function transpiled({ block, text }: BlockProgram): string {
	const { outputText, diagnostics = [] } = ts.transpileModule(text, {
		compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
		reportDiagnostics: true,
	});
	if (diagnostics.length > 0) {
		throw new SyntaxError(
			`${place(block)}: ${ts.flattenDiagnosticMessageText(diagnostics[0]!.messageText, '\n')}`,
		);
	}
	return outputText;
}

/** The block behind the nearest before it that declares what it uses, completed alike. */
function completed(block: CodeBlock): string {
	const { free } = namesOf(block.text);
	const source = block.earlier.find(
		(earlier) => isScript(earlier) && isRun(earlier) && meets(namesOf(earlier.text).declared, free),
	);
	return source === undefined ? block.text : `${completed(source)}\n${block.text}`;
}

function withAtHand(text: string): string {
	let whole = text;
	for (const [name, line] of Object.entries(AT_HAND)) {
		if (namesOf(whole).free.has(name)) {
			whole = `${line}\n${whole}`;
		}
	}
	return whole;
}

function meets(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
	return [...some].some((name) => others.has(name));
}

interface Names {
	/** At the top level, imports left out. */
	readonly declared: ReadonlySet<string>;
	/** Used and declared nowhere in the text. */
	readonly free: ReadonlySet<string>;
}

function namesOf(text: string): Names {
	const source = ts.createSourceFile('block.ts', text, ts.ScriptTarget.Latest, true);
	const declared = new Set<string>();
	const known = new Set<string>();
	const used = new Set<string>();
	const visit = (node: ts.Node): void => {
		if (ts.isIdentifier(node)) {
			if (isDeclaration(node)) {
				known.add(node.text);
				if (isTopLevel(node)) {
					declared.add(node.text);
				}
			} else if (!isPropertyName(node)) {
				used.add(node.text);
			}
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return { declared, free: new Set([...used].filter((name) => !known.has(name))) };
}

function isDeclaration(node: ts.Identifier): boolean {
	const { parent } = node;
	return (
		((ts.isVariableDeclaration(parent) ||
			ts.isFunctionDeclaration(parent) ||
			ts.isClassDeclaration(parent) ||
			ts.isParameter(parent) ||
			ts.isBindingElement(parent)) &&
			parent.name === node) ||
		ts.isImportSpecifier(parent) ||
		ts.isImportClause(parent)
	);
}

function isTopLevel({ parent }: ts.Identifier): boolean {
	const statement = ts.isVariableDeclaration(parent) ? parent.parent.parent : parent;
	return (
		ts.isSourceFile(statement.parent) && !ts.isImportSpecifier(parent) && !ts.isImportClause(parent)
	);
}

function isPropertyName(node: ts.Identifier): boolean {
	const { parent } = node;
	return (
		(ts.isPropertyAccessExpression(parent) && parent.name === node) ||
		(ts.isPropertyAssignment(parent) && parent.name === node) ||
		(ts.isBindingElement(parent) && parent.propertyName === node)
	);
}
