import { type ReactNode, useId } from 'react';

interface FieldIds {
  readonly id: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

/** A labelled place to put something in. Its render function gets what ties label, hint and error to the input. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly children: (ids: FieldIds) => ReactNode;
}) {
  const id = useId();
  const words = error ?? hint;
  const described = words === undefined ? {} : { 'aria-describedby': `${id}-words` };
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      {children({ id, ...described, ...(error === undefined ? {} : { 'aria-invalid': true as const }) })}
      {words === undefined ? null : (
        <p
          id={`${id}-words`}
          className={error === undefined ? 'text-muted text-xs' : 'text-bad text-xs'}
          {...(error === undefined ? {} : { role: 'alert' })}
        >
          {words}
        </p>
      )}
    </div>
  );
}
