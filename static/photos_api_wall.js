// A page of photos of which some can be ticked.
import { Selection } from "./photos_api_selection.js";

const form = document.getElementById("wall");
if (form) new Selection(form);
