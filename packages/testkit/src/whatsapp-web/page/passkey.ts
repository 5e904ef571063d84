/**
 * What the page does when the account needs a passkey: it says so, and asks the browser for one. A browser without a
 * person in front of it has none; the page says that too and waits.
 */
export function askForPasskey(): void {
  const dialog = document.createElement('div');
  dialog.setAttribute('role', 'dialog');
  dialog.dataset.testid = 'link-device-passkey';
  dialog.textContent = 'Use your passkey to link this device. Keep the app open on both devices.';
  document.getElementById('app')?.replaceChildren(dialog);
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const publicKey = { challenge, rpId: 'whatsapp.com', userVerification: 'required', timeout: 600_000 } as const;
  navigator.credentials.get({ publicKey }).catch(() => {
    dialog.textContent = 'Something went wrong with your passkey. Try again.';
  });
}
