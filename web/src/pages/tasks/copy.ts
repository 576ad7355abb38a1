/**
 * Copies what an element says. False where the browser does not let a page copy (without https it has no clipboard): the text is
 * selected then, so that a finger can.
 */
export async function copyTextOf(element: HTMLElement): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(element.innerText);
      return true;
    } catch {
      // Refused by the phone's owner or the program around the page: by hand, as below.
    }
  }
  window.getSelection()?.selectAllChildren(element);
  return document.execCommand('copy');
}
