// Starts the components' own scripts; every page also works without them.
import { initAll } from "../vendor/govuk-frontend.min.js";

initAll();
