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

if (isSupported()) {
  document.body.classList.add("js-enabled", "govuk-frontend-supported")
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
}
