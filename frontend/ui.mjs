// What the pages do beyond plain HTML. Every page works without it.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  FileUpload,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  createAll,
  isSupported
} from "govuk-frontend"

document.body.classList.add("js-enabled", "govuk-frontend-supported")
if (isSupported()) {
  for (const component of [
    Button,
    CharacterCount,
    Checkboxes,
    ErrorSummary,
    FileUpload,
    PasswordInput,
    Radios,
    ServiceNavigation,
    SkipLink
  ]) {
    createAll(component)
  }
  // The hidden comma between the parts of the button's name keeps its visible words from being found in the name
  // (WCAG 2.5.3), so that "click Choose a file" would not be understood when spoken.
  for (const comma of document.querySelectorAll(".govuk-file-upload-button > [id$='-comma']")) {
    const button = comma.parentElement
    button.setAttribute("aria-labelledby", button.getAttribute("aria-labelledby").replace(` ${comma.id}`, ""))
    comma.replaceWith(" ")
  }
}
