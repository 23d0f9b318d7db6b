/** A message to a thread, by whose number it is answered. */
export interface Numbered<T> {
  readonly number: number;
  readonly message: T;
}

/** What a thread sends: an answer, or a notice for which nobody asked. */
export type FromThread<Answer, Notice> =
  { readonly number: number; readonly answer: Answer } | { readonly notice: Notice };

export const answering = <T>(number: number, answer: T): FromThread<T, never> => ({ number, answer });
