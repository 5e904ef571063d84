import { Button, type ButtonProps } from './button.tsx';
import { Tooltip } from './tooltip.tsx';

/** A button that shows only an icon. `label` is what it is called, to the eye and to a screen reader. */
export function IconButton({
  label,
  look = 'quiet',
  size = 'icon-sm',
  side,
  ...rest
}: Omit<ButtonProps, 'aria-label'> & { readonly label: string; readonly side?: 'top' | 'right' | 'bottom' | 'left' }) {
  return (
    <Tooltip words={label} {...(side ? { side } : {})}>
      <Button aria-label={label} look={look} size={size} {...rest} />
    </Tooltip>
  );
}
