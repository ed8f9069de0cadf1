// What the cases say of types. A case compiles, or its test fails.

type IsAny<T> = 0 extends 1 & T ? true : false;

/** true when each can be assigned to the other, `any` not taken for what it is not. */
export type Same<A, B> =
	IsAny<A> extends IsAny<B> ? ([A] extends [B] ? ([B] extends [A] ? true : false) : false) : false;

/** Takes values of exactly the type that is named. */
export function expectType<Wanted>(): <Got>(
	got: Got,
	...check: Same<Got, Wanted> extends true ? [] : [never]
) => void {
	return () => undefined;
}
